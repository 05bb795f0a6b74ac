using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Objects;

namespace Cairn.Simulation.Stores;

/// <summary>An object in a <see cref="ModelStore"/>. Immutable, the data array by convention: a write makes a new one.</summary>
public sealed record ModelObject
{
    public static ModelObject Empty { get; } = new();

    public byte[] Data { get; init; } = [];

    public Eversion Version { get; init; }

    public long ModifiedUnixMs { get; init; }

    public ImmutableSortedDictionary<string, byte[]> Xattrs { get; init; } = ImmutableSortedDictionary.Create<string, byte[]>(Utf8Order.Instance);

    public ImmutableSortedDictionary<string, byte[]> Omap { get; init; } = ImmutableSortedDictionary.Create<string, byte[]>(Utf8Order.Instance);

    /// <summary>The disk's bytes are not those written: reading them is an error until the object is replaced.</summary>
    public bool Corrupt { get; init; }

    public ObjectStat Stat => new((ulong)Data.Length, Version, ModifiedUnixMs);

    public ModelObject Write(ulong offset, ReadOnlySpan<byte> bytes)
    {
        byte[] data = new byte[Math.Max(Data.Length, checked((int)offset + bytes.Length))];
        Data.CopyTo(data, 0);
        bytes.CopyTo(data.AsSpan((int)offset));
        // Only a write over everything makes the bad bytes good.
        return this with { Data = data, Corrupt = Corrupt && !(offset == 0 && bytes.Length >= Data.Length) };
    }

    public ModelObject Zero(ulong offset, ulong length) => length == 0 ? this : Write(offset, new byte[checked((int)length)]);

    public ModelObject Truncate(ulong size)
    {
        byte[] data = new byte[checked((int)size)];
        Data.AsSpan(0, Math.Min(Data.Length, data.Length)).CopyTo(data);
        return this with { Data = data, Corrupt = Corrupt && size > 0 };
    }

    /// <summary>A checksum over everything a client can see: equal on replicas that are equal.</summary>
    public uint Fingerprint()
    {
        uint crc = Crc32C.Compute(Data);
        crc = Crc32C.Append(crc, BitConverter.GetBytes(Version.Version));
        crc = Crc32C.Append(crc, BitConverter.GetBytes(Version.Epoch.Value));
        foreach (var (key, value) in Xattrs.Concat(Omap))
        {
            crc = Crc32C.Append(crc, System.Text.Encoding.UTF8.GetBytes(key));
            crc = Crc32C.Append(crc, BitConverter.GetBytes(value.Length));
            crc = Crc32C.Append(crc, value);
        }

        return Crc32C.Append(crc, BitConverter.GetBytes(Xattrs.Count));
    }
}
