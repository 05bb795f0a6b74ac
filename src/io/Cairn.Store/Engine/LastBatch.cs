using Cairn.Maps;
using Cairn.Store.Devices;
using Cairn.Store.Extents;
using Cairn.Store.Wal;

namespace Cairn.Store.Engine;

/// <summary>
/// The WAL's last batch at a start. Where one sync covers all files, a batch and the bulk data it names were written before the same sync: the
/// batch may have reached the disk without the data. It was then never acknowledged, and is none. Each batch before it was synced, as its
/// successor says.
/// </summary>
internal sealed class LastBatch
{
    private readonly List<StoredExtent> _bulk = [];
    private ulong _firstSequence;

    /// <summary>Told of each transaction while the WAL is read.</summary>
    public void Read(WalBatch batch, IEnumerable<StoredExtent> bulk)
    {
        if (batch.FirstSequence != _firstSequence)
        {
            _firstSequence = batch.FirstSequence;
            _bulk.Clear();
        }

        _bulk.AddRange(bulk);
    }

    /// <returns>Whether all bulk data of the WAL's last batch is there.</returns>
    public bool IsWhole(EngineContext engine, WalBatch last) =>
        !engine.Storage.SyncsAsOne || last.FirstSequence != _firstSequence || _bulk.TrueForAll(extent => IsThere(engine, extent));

    /// <summary>Makes sure that no later start takes the batch for one.</summary>
    public static void Erase(IBlockStorage storage, WalBatch batch)
    {
        using IBlockFile file = storage.Open(WalFormat.NameOf(batch.File), create: false);
        using var zeroes = new AlignedBuffer(IBlockFile.BlockSize);
        zeroes.Span.Clear();
        file.Write(batch.Position, zeroes.Span);
        file.Sync();
    }

    private static bool IsThere(EngineContext engine, StoredExtent extent)
    {
        int before = extent.Position % IBlockFile.BlockSize;
        using var buffer = new AlignedBuffer(AlignedBuffer.RoundUp(before + extent.StoredLength));
        engine.Segments.FileOf(extent.Slot).Read(extent.Position - before, buffer.Span);
        ReadOnlySpan<byte> stored = buffer.Span.Slice(before, extent.StoredLength);
        for (int unit = 0; unit < extent.Sums.Length; unit++)
        {
            int at = unit * ExtentLayout.UnitBytes;
            if (Crc32C.Compute(stored[at..Math.Min(at + ExtentLayout.UnitBytes, stored.Length)]) != extent.Sums[unit])
            {
                return false;
            }
        }

        return true;
    }
}
