using System.Buffers.Binary;

namespace Cairn.Cli.Bench;

/// <summary>
/// What the benchmark writes: noise that is the same for one seed, with the object's number each 512 bytes of the object, so that a reader knows each
/// byte, whatever the size of the operation that wrote it, and bytes of another object or an older run are told apart.
/// </summary>
internal sealed class BenchPayload
{
    private const int StampDistance = 512;
    private const int StampBytes = sizeof(ulong);

    private readonly byte[] _noise;
    private readonly ulong _seed;

    public BenchPayload(ulong seed, int size)
    {
        _seed = seed;
        _noise = new byte[size];
        new Random((int)(seed ^ (seed >> 32))).NextBytes(_noise);
    }

    public int Size => _noise.Length;

    /// <summary>Fills a buffer with what the object has from an offset on.</summary>
    public void Fill(Span<byte> buffer, long number, int offset)
    {
        _noise.AsSpan(offset, buffer.Length).CopyTo(buffer);
        Stamp(buffer, number, offset);
    }

    /// <summary>As <see cref="Fill"/>, for a buffer that has been filled for this offset before.</summary>
    public void Stamp(Span<byte> buffer, long number, int offset)
    {
        Span<byte> stamp = stackalloc byte[StampBytes];
        foreach ((int from, int noise, _) in Blocks(offset, buffer.Length))
        {
            StampAt(from, noise, number, stamp).CopyTo(buffer[(from - offset)..]);
        }
    }

    /// <summary>Null if the data is what the object has from an offset on; else what differs.</summary>
    public string? Check(ReadOnlySpan<byte> data, long number, int offset, int length)
    {
        if (data.Length != length)
        {
            return $"has {data.Length} bytes instead of {length} at byte {offset}";
        }

        Span<byte> stamp = stackalloc byte[StampBytes];
        foreach ((int from, int noise, int end) in Blocks(offset, length))
        {
            if (!data[(from - offset)..(noise - offset)].SequenceEqual(StampAt(from, noise, number, stamp)))
            {
                return $"holds other data at byte {from}";
            }

            if (!data[(noise - offset)..(end - offset)].SequenceEqual(_noise.AsSpan(noise, end - noise)))
            {
                return $"is damaged between bytes {noise} and {end}";
            }
        }

        return null;
    }

    /// <summary>The blocks of a range of an object: where in it each begins, where its stamp is over, and where it ends.</summary>
    private static IEnumerable<(int From, int Noise, int End)> Blocks(int offset, int length)
    {
        int end = offset + length;
        for (int block = offset - (offset % StampDistance); block < end; block += StampDistance)
        {
            yield return (Math.Max(block, offset), Math.Clamp(block + StampBytes, offset, end), Math.Min(block + StampDistance, end));
        }
    }

    /// <summary>The part of the stamp that goes there; nothing if the range begins behind it.</summary>
    private ReadOnlySpan<byte> StampAt(int from, int to, long number, Span<byte> stamp)
    {
        int inBlock = from % StampDistance;
        BinaryPrimitives.WriteUInt64LittleEndian(stamp, _seed + ((ulong)number * 0x9E3779B97F4A7C15) + (uint)(from - inBlock));
        return from < to ? stamp.Slice(inBlock, to - from) : default;
    }
}
