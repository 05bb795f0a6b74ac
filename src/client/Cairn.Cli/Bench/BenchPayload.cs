using System.Buffers.Binary;

namespace Cairn.Cli.Bench;

/// <summary>
/// What the benchmark writes: noise that is the same for one seed, with the object's number each 4 KiB of an operation, so that a reader knows each
/// byte, and bytes of another object or an older run are told apart.
/// </summary>
internal sealed class BenchPayload
{
    private const int StampDistance = 4096;
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
        for (int at = 0; at + StampBytes <= buffer.Length; at += StampDistance)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(buffer[at..], StampOf(number, offset + at));
        }
    }

    /// <summary>Null if the data is what the object has from an offset on; else what differs.</summary>
    public string? Check(ReadOnlySpan<byte> data, long number, int offset, int length)
    {
        if (data.Length != length)
        {
            return $"has {data.Length} bytes instead of {length} at byte {offset}";
        }

        for (int at = 0; at < data.Length; at += StampDistance)
        {
            int end = Math.Min(at + StampDistance, data.Length);
            int noise = at + StampBytes <= data.Length ? at + StampBytes : at;
            if (noise > at && BinaryPrimitives.ReadUInt64LittleEndian(data[at..]) != StampOf(number, offset + at))
            {
                return $"holds other data at byte {offset + at}";
            }

            if (!data[noise..end].SequenceEqual(_noise.AsSpan(offset + noise, end - noise)))
            {
                return $"is damaged between bytes {offset + noise} and {offset + end}";
            }
        }

        return null;
    }

    private ulong StampOf(long number, int at) => _seed + ((ulong)number * 0x9E3779B97F4A7C15) + (uint)at;
}
