using Cairn.Objects;
using Cairn.Pg.Effects;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Recovery;

/// <summary>Cuts an object into pieces: its data a chunk at a time, then its omap a batch at a time.</summary>
internal static class PushBuilder
{
    private const int OmapBatch = 512;

    /// <summary>Reads what the piece needs and makes it.</summary>
    /// <param name="then">Gets the piece, or null and why it can't be made.</param>
    public static void Build(PgCore pg, ObjectId id, Eversion version, TransferCursor from, Action<Push?, string> then)
    {
        if (!pg.Catalog.TryStat(pg.Id, id, out ObjectStat stat) || stat.Version != version || pg.Missing.Contains(id))
        {
            then(null, $"{id} is not here in version {version}");
            return;
        }

        int length = from.DataDone ? 0 : (int)Math.Min((ulong)pg.Options.RecoveryChunkBytes, stat.Size - Math.Min(stat.Size, from.DataOffset));
        if (length == 0)
        {
            then(Finish(pg, id, stat, from, default), "");
            return;
        }

        pg.Reads.Read(id, from.DataOffset, length, ReadPurpose.Recovery, read =>
        {
            if (read.Error is not null || read.Data is not { } data || data.Length != length)
            {
                then(null, read.Error ?? $"{id} is shorter than it should be");
            }
            else
            {
                then(Finish(pg, id, stat, from, data), "");
            }
        });
    }

    private static Push Finish(PgCore pg, ObjectId id, ObjectStat stat, TransferCursor from, ReadOnlyMemory<byte> data)
    {
        ulong end = from.DataOffset + (ulong)data.Length;
        bool dataDone = from.DataDone || end >= stat.Size;
        IReadOnlyList<KeyValuePair<string, byte[]>> omap = dataDone ? pg.Catalog.GetOmapRange(pg.Id, id, from.OmapAfter, OmapBatch) : [];
        TransferCursor? next = !dataDone ? new TransferCursor(end, false, null)
            : omap.Count == OmapBatch ? new TransferCursor(end, true, omap[^1].Key)
            : null;
        return new Push(
            id, stat.Version, stat.ModifiedUnixMs, stat.Size, from, next, data,
            from == TransferCursor.Start ? pg.Catalog.GetXattrs(pg.Id, id) : [], omap) { Pg = pg.Id, Epoch = pg.Map.Epoch };
    }
}
