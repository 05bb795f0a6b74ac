using Cairn.Maps;
using Cairn.Store.Commit;
using Cairn.Store.Devices;
using Cairn.Store.Extents;

namespace Cairn.Store.Reading;

/// <summary>
/// Reads stored extents, each unit verified. Neighbours on the disk are read at once: straight into the result where whole blocks belong
/// at a block's boundary of it, else through a buffer.
/// </summary>
internal sealed class DiskReader(AlignedBufferPool buffers)
{
    private const int RunBytesMax = 1 << 20;
    private const int DirectRunBytesMax = 4 << 20;

    public void Read(IReadOnlyList<StoredRead> pieces, Span<byte> result, string name) => Read(pieces, result, result.Length, name, null);

    /// <summary>Reads the pieces into <paramref name="result"/>; if that is empty, for the cache only.</summary>
    /// <param name="result">Longer than what is asked for, maybe: what lies behind may be overwritten.</param>
    /// <param name="count">Bytes asked for.</param>
    /// <param name="verified">Told of each whole unit that was read, if not null.</param>
    /// <exception cref="ObjectCorruptException">A unit does not match its checksum, or could not be read.</exception>
    public unsafe void Read(IReadOnlyList<StoredRead> pieces, Span<byte> result, int count, string name, VerifiedUnit? verified)
    {
        // An array that the collector may move does not always lie at a block's boundary still when the disk is to fill it.
        fixed (byte* pinned = result)
        {
            ReadPinned(pieces, new Span<byte>(pinned, result.Length), count, name, verified);
        }
    }

    private void ReadPinned(IReadOnlyList<StoredRead> pieces, Span<byte> result, int count, string name, VerifiedUnit? verified)
    {
        for (int first = 0; first < pieces.Count;)
        {
            int last = LastOfDirect(pieces, first, result, count);
            if (last >= first)
            {
                ReadDirect(pieces, first, last, result, name, verified);
                first = last + 1;
                continue;
            }

            last = first;
            long from = pieces[first].Extent.Position & -IBlockFile.BlockSize;
            long to = End(pieces[first].Extent);
            while (last + 1 < pieces.Count && Follows(pieces[last], pieces[last + 1]) && End(pieces[last + 1].Extent) - from <= RunBytesMax)
            {
                to = End(pieces[++last].Extent);
            }

            AlignedBuffer buffer = buffers.Rent((int)(to - from));
            try
            {
                ReadRun(pieces, first, last, from, buffer.Span[..(int)(to - from)], result, name, verified);
            }
            finally
            {
                buffers.Return(buffer);
            }

            first = last + 1;
        }
    }

    private static void ReadRun(
        IReadOnlyList<StoredRead> pieces, int first, int last, long from, Span<byte> run, Span<byte> result, string name, VerifiedUnit? verified)
    {
        Read(pieces[first].File, from, run, name);
        for (int i = first; i <= last; i++)
        {
            StoredExtent extent = pieces[i].Extent;
            ReadOnlySpan<byte> stored = run.Slice((int)(extent.Position - from), extent.StoredLength);
            Verify(pieces[i], stored, name, verified);
            if (!result.IsEmpty)
            {
                stored.Slice(extent.Skip, extent.Length).CopyTo(result[pieces[i].Target..]);
            }
        }
    }

    private static void ReadDirect(
        IReadOnlyList<StoredRead> pieces, int first, int last, Span<byte> result, string name, VerifiedUnit? verified)
    {
        int target = pieces[first].Target;
        int from = pieces[first].Extent.Position;
        Read(pieces[first].File, from, result.Slice(target, (int)(End(pieces[last].Extent) - from)), name);
        for (int i = first; i <= last; i++)
        {
            Verify(pieces[i], result.Slice(pieces[i].Target, pieces[i].Extent.StoredLength), name, verified);
        }
    }

    /// <returns>The last of the pieces from the first on that lie in the result as they do on the disk, block by block; before the first if it does not.</returns>
    private static int LastOfDirect(IReadOnlyList<StoredRead> pieces, int first, Span<byte> result, int count)
    {
        int last = first - 1;
        while (!result.IsEmpty
            && last + 1 < pieces.Count
            && IsWhole(pieces[last + 1], result, count)
            && (last < first || (Follows(pieces[last], pieces[last + 1]) && IsParallel(pieces[first], pieces[last + 1])
                && End(pieces[last + 1].Extent) - pieces[first].Extent.Position <= DirectRunBytesMax)))
        {
            last++;
        }

        return last;
    }

    private static bool IsWhole(StoredRead piece, Span<byte> result, int count)
    {
        StoredExtent extent = piece.Extent;
        return extent.Skip == 0
            && extent.Length == extent.StoredLength
            && extent.Position % IBlockFile.BlockSize == 0
            && BulkData.IsAligned(result.Slice(piece.Target, 0))
            && (extent.StoredLength % IBlockFile.BlockSize == 0
                || (piece.Target + extent.Length == count && piece.Target + AlignedBuffer.RoundUp(extent.StoredLength) <= result.Length));
    }

    private static bool IsParallel(StoredRead a, StoredRead b) => b.Extent.Position - a.Extent.Position == b.Target - a.Target;

    private static void Read(IBlockFile file, long from, Span<byte> buffer, string name)
    {
        try
        {
            file.Read(from, buffer);
        }
        catch (IOException e)
        {
            throw new ObjectCorruptException($"{name}: cannot read {file.Name} at {from}: {e.Message}", e);
        }
    }

    private static void Verify(StoredRead piece, ReadOnlySpan<byte> stored, string name, VerifiedUnit? verified)
    {
        StoredExtent extent = piece.Extent;
        for (int unit = 0; unit < extent.Sums.Length; unit++)
        {
            int at = unit * ExtentLayout.UnitBytes;
            ReadOnlySpan<byte> bytes = stored[at..Math.Min(at + ExtentLayout.UnitBytes, stored.Length)];
            if (Crc32C.Compute(bytes) != extent.Sums[unit])
            {
                throw new ObjectCorruptException($"{name}: checksum mismatch in {piece.File.Name} at {extent.Position + at}");
            }

            verified?.Invoke(piece, extent.Position + at, bytes);
        }
    }

    private static long End(StoredExtent extent) => AlignedBuffer.RoundUp((long)extent.Position + extent.StoredLength);

    private static bool Follows(StoredRead a, StoredRead b) =>
        ReferenceEquals(a.Segment, b.Segment)
        && b.Extent.Position >= a.Extent.Position
        && (b.Extent.Position & -IBlockFile.BlockSize) <= End(a.Extent);
}

internal delegate void VerifiedUnit(StoredRead piece, int position, ReadOnlySpan<byte> unit);
