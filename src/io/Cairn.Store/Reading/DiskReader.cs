using Cairn.Maps;
using Cairn.Store.Devices;
using Cairn.Store.Extents;

namespace Cairn.Store.Reading;

/// <summary>Reads stored extents, each unit verified. Neighbours on the disk are read at once.</summary>
internal sealed class DiskReader(AlignedBufferPool buffers)
{
    private const int RunBytesMax = 1 << 20;

    /// <summary>Reads the pieces into <paramref name="result"/>; if that is empty, for the cache only.</summary>
    /// <param name="verified">Told of each whole unit that was read, if not null.</param>
    /// <exception cref="ObjectCorruptException">A unit does not match its checksum, or could not be read.</exception>
    public void Read(IReadOnlyList<StoredRead> pieces, Span<byte> result, string name, VerifiedUnit? verified)
    {
        for (int first = 0; first < pieces.Count;)
        {
            int last = first;
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
        IBlockFile file = pieces[first].File;
        try
        {
            file.Read(from, run);
        }
        catch (IOException e)
        {
            throw new ObjectCorruptException($"{name}: cannot read {file.Name} at {from}: {e.Message}", e);
        }

        for (int i = first; i <= last; i++)
        {
            StoredExtent extent = pieces[i].Extent;
            ReadOnlySpan<byte> stored = run.Slice((int)(extent.Position - from), extent.StoredLength);
            for (int unit = 0; unit < extent.Sums.Length; unit++)
            {
                int at = unit * ExtentLayout.UnitBytes;
                ReadOnlySpan<byte> bytes = stored[at..Math.Min(at + ExtentLayout.UnitBytes, stored.Length)];
                if (Crc32C.Compute(bytes) != extent.Sums[unit])
                {
                    throw new ObjectCorruptException($"{name}: checksum mismatch in {file.Name} at {extent.Position + at}");
                }

                verified?.Invoke(pieces[i], extent.Position + at, bytes);
            }

            if (!result.IsEmpty)
            {
                stored.Slice(extent.Skip, extent.Length).CopyTo(result[pieces[i].Target..]);
            }
        }
    }

    private static long End(StoredExtent extent) => AlignedBuffer.RoundUp((long)extent.Position + extent.StoredLength);

    private static bool Follows(StoredRead a, StoredRead b) =>
        ReferenceEquals(a.Segment, b.Segment)
        && b.Extent.Position >= a.Extent.Position
        && (b.Extent.Position & -IBlockFile.BlockSize) <= End(a.Extent);
}

internal delegate void VerifiedUnit(StoredRead piece, int position, ReadOnlySpan<byte> unit);
