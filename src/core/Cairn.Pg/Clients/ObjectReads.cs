using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Pg.Effects;
using Cairn.Pg.Ops;

namespace Cairn.Pg.Clients;

/// <summary>Data that operations need from the disk, and what becomes of those whose copy here can't be read.</summary>
internal sealed class ObjectReads(PgCore pg)
{
    /// <param name="then">Gets why it can't be read, or null, and the data.</param>
    public void Fetch(ObjectId id, OpOutcome outcome, Action<string?, FetchedData> then)
    {
        var extents = new ReadOnlyMemory<byte>[outcome.Needs.Count];
        int left = extents.Length;
        string? error = null;
        for (int i = 0; i < extents.Length; i++)
        {
            int index = i;
            pg.Reads.Read(id, outcome.Needs[i].Offset, (int)outcome.Needs[i].Length, ReadPurpose.Client, read =>
            {
                error ??= read.Error ?? (read.Data is null ? "the object's data is not there" : null);
                extents[index] = read.Data ?? default;
                if (--left == 0)
                {
                    then(error, new FetchedData(outcome.Before, extents));
                }
            });
        }
    }

    /// <summary>The copy here is bad: it counts as missing, and is recovered from a good one.</summary>
    /// <returns>Whether there is a good one; then the operation waits for it.</returns>
    public bool TryReplace(ObjectId id, string error)
    {
        pg.Tell(PgEventLevel.Error, $"can't read {id}: {error}");
        return pg.Sources.LoseOwnCopy(id);
    }
}
