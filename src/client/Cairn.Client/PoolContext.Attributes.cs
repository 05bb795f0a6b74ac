using System.Runtime.CompilerServices;
using Cairn.Client.Objecter;
using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Client;

/// <summary>Xattrs (few, small) and omap (many, ordered) of objects.</summary>
public sealed partial class PoolContext
{
    private const int OmapPageEntries = 1000;

    public Task<Eversion> SetXattrAsync(string name, string xattr, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default) =>
        ChangeAsync(name, new SetXattrOp(xattr, value), cancellationToken);

    public Task<Eversion> RemoveXattrAsync(string name, string xattr, CancellationToken cancellationToken = default) =>
        ChangeAsync(name, new RemoveXattrOp(xattr), cancellationToken);

    /// <exception cref="CairnException"><see cref="OpStatus.NoData"/>: the object has no such xattr.</exception>
    public async Task<byte[]> GetXattrAsync(string name, string xattr, CancellationToken cancellationToken = default)
    {
        using OpAnswer answer = await SubmitAsync(name, [new GetXattrOp(xattr)], cancellationToken).ConfigureAwait(false);
        return answer.Reply.Results[0].Data.ToArray();
    }

    public async Task<IReadOnlyDictionary<string, byte[]>> GetXattrsAsync(string name, CancellationToken cancellationToken = default)
    {
        using OpAnswer answer = await SubmitAsync(name, [new GetXattrsOp()], cancellationToken).ConfigureAwait(false);
        return answer.Reply.Results[0].Values.ToDictionary(v => v.Key, v => v.Value.ToArray(), StringComparer.Ordinal);
    }

    public Task<Eversion> SetOmapAsync(
        string name, IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> entries, CancellationToken cancellationToken = default) =>
        ChangeAsync(name, new OmapSetOp(entries), cancellationToken);

    public Task<Eversion> RemoveOmapKeysAsync(string name, IReadOnlyList<string> keys, CancellationToken cancellationToken = default) =>
        ChangeAsync(name, new OmapRemoveKeysOp(keys), cancellationToken);

    public Task<Eversion> ClearOmapAsync(string name, CancellationToken cancellationToken = default) => ChangeAsync(name, new OmapClearOp(), cancellationToken);

    /// <returns>Those of the keys that are there.</returns>
    public async Task<IReadOnlyDictionary<string, byte[]>> GetOmapAsync(string name, IReadOnlyList<string> keys, CancellationToken cancellationToken = default)
    {
        using OpAnswer answer = await SubmitAsync(name, [new OmapGetKeysOp(keys)], cancellationToken).ConfigureAwait(false);
        return answer.Reply.Results[0].Values.ToDictionary(v => v.Key, v => v.Value.ToArray(), StringComparer.Ordinal);
    }

    /// <param name="after">Entries with keys after this; null: from the first.</param>
    /// <param name="max">At most this many, and fewer where the OSD says so.</param>
    public async Task<OmapPage> GetOmapRangeAsync(string name, string? after, int max, CancellationToken cancellationToken = default)
    {
        using OpAnswer answer = await SubmitAsync(name, [new OmapGetRangeOp(after, max)], cancellationToken).ConfigureAwait(false);
        StepResult result = answer.Reply.Results[0];
        return new OmapPage([.. result.Values.Select(v => new KeyValuePair<string, byte[]>(v.Key, v.Value.ToArray()))], result.More);
    }

    /// <summary>All entries in order. Not a snapshot: what changes meanwhile is seen or not.</summary>
    public async IAsyncEnumerable<KeyValuePair<string, byte[]>> EnumerateOmapAsync(
        string name, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? after = null;
        OmapPage page;
        do
        {
            page = await GetOmapRangeAsync(name, after, OmapPageEntries, cancellationToken).ConfigureAwait(false);
            foreach (KeyValuePair<string, byte[]> entry in page.Entries)
            {
                yield return entry;
                after = entry.Key;
            }
        }
        while (page.More);
    }
}
