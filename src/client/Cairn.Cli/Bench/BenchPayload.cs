using System.Buffers.Binary;

namespace Cairn.Cli.Bench;

/// <summary>
/// What the benchmark writes: noise that is the same for one seed, with the object's number in each 4 KiB, so that a reader knows each
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

    public byte[] NewBuffer() => (byte[])_noise.Clone();

    /// <summary>Turns a buffer of <see cref="NewBuffer"/> into the data of one object.</summary>
    public void Stamp(Span<byte> buffer, long number)
    {
        for (int at = 0; at + StampBytes <= buffer.Length; at += StampDistance)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(buffer[at..], StampOf(number, at));
        }
    }

    /// <summary>Null if the data is that of the object; else what differs.</summary>
    public string? Check(ReadOnlySpan<byte> data, long number)
    {
        if (data.Length != Size)
        {
            return $"has {data.Length} bytes instead of {Size}";
        }

        for (int at = 0; at < data.Length; at += StampDistance)
        {
            int end = Math.Min(at + StampDistance, data.Length);
            int noise = at + StampBytes <= data.Length ? at + StampBytes : at;
            if (noise > at && BinaryPrimitives.ReadUInt64LittleEndian(data[at..]) != StampOf(number, at))
            {
                return $"holds other data at byte {at}";
            }

            if (!data[noise..end].SequenceEqual(_noise.AsSpan(noise, end - noise)))
            {
                return $"is damaged between bytes {noise} and {end}";
            }
        }

        return null;
    }

    private ulong StampOf(long number, int at) => _seed + ((ulong)number * 0x9E3779B97F4A7C15) + (uint)at;
}
