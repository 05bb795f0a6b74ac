using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Client;

/// <summary>
/// A compound operation on one object: its steps are applied in order, all or none. Give it to <see cref="PoolContext.OperateAsync"/>;
/// its buffers are lent until that completes.
/// </summary>
public sealed class ObjectOperation
{
    private readonly List<ObjectOp> _steps = [];

    public IReadOnlyList<ObjectOp> Steps => _steps;

    /// <summary>Creates the object; with <paramref name="exclusive"/>, fails if it is there.</summary>
    public ObjectOperation Create(bool exclusive) => Add(new CreateOp(exclusive));

    public ObjectOperation Write(ulong offset, ReadOnlyMemory<byte> data) => Add(new WriteOp(offset, data));

    /// <summary>Replaces the whole data; xattrs and omap stay.</summary>
    public ObjectOperation WriteFull(ReadOnlyMemory<byte> data) => Add(new WriteFullOp(data));

    public ObjectOperation Append(ReadOnlyMemory<byte> data) => Add(new AppendOp(data));

    public ObjectOperation Truncate(ulong size) => Add(new TruncateOp(size));

    public ObjectOperation Zero(ulong offset, ulong length) => Add(new ZeroOp(offset, length));

    public ObjectOperation Remove() => Add(new RemoveOp());

    public ObjectOperation SetXattr(string name, ReadOnlyMemory<byte> value) => Add(new SetXattrOp(name, value));

    public ObjectOperation RemoveXattr(string name) => Add(new RemoveXattrOp(name));

    public ObjectOperation SetOmap(IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> entries) => Add(new OmapSetOp(entries));

    public ObjectOperation RemoveOmapKeys(IReadOnlyList<string> keys) => Add(new OmapRemoveKeysOp(keys));

    public ObjectOperation ClearOmap() => Add(new OmapClearOp());

    /// <param name="length">0: to the end.</param>
    public ObjectOperation Read(ulong offset, ulong length) => Add(new ReadOp(offset, length));

    public ObjectOperation Stat() => Add(new StatOp());

    public ObjectOperation GetXattr(string name) => Add(new GetXattrOp(name));

    public ObjectOperation GetXattrs() => Add(new GetXattrsOp());

    public ObjectOperation GetOmapKeys(IReadOnlyList<string> keys) => Add(new OmapGetKeysOp(keys));

    public ObjectOperation GetOmapRange(string? after, int max) => Add(new OmapGetRangeOp(after, max));

    public ObjectOperation AssertExists() => Add(new AssertExistsOp());

    public ObjectOperation AssertVersion(Eversion version) => Add(new AssertVersionOp(version));

    public ObjectOperation CompareXattr(string name, Comparison comparison, ReadOnlyMemory<byte> value) => Add(new CompareXattrOp(name, comparison, value));

    public ObjectOperation CompareExtent(ulong offset, ReadOnlyMemory<byte> data) => Add(new CompareExtentOp(offset, data));

    public ObjectOperation CompareOmap(string key, Comparison comparison, ReadOnlyMemory<byte> value) => Add(new OmapCompareOp(key, comparison, value));

    private ObjectOperation Add(ObjectOp step)
    {
        _steps.Add(step);
        return this;
    }
}
