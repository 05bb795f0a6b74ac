using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Cairn.Maps;

/// <summary>Object name to 32-bit hash to PG: Ceph's rjenkins string hash and <c>stable_mod</c>.</summary>
/// <remarks>Source: Bob Jenkins, "A hash function for hash table lookup" (1996), as Ceph applies it; held to <c>crush-vectors/hash</c> and <c>osdmap</c>.</remarks>
public static class ObjectHash
{
    private const byte NamespaceSeparator = 0x1f;

    /// <summary>The hash that places an object: of its name, or of namespace, byte 0x1f and name. Bytes are UTF-8.</summary>
    public static uint Compute(string nspace, string name)
    {
        int max = Encoding.UTF8.GetMaxByteCount(nspace.Length + name.Length + 1);
        byte[]? rented = null;
        Span<byte> bytes = max <= 512 ? stackalloc byte[512] : (rented = ArrayPool<byte>.Shared.Rent(max));
        int length = 0;
        if (nspace.Length > 0)
        {
            length = Encoding.UTF8.GetBytes(nspace, bytes);
            bytes[length++] = NamespaceSeparator;
        }

        length += Encoding.UTF8.GetBytes(name, bytes[length..]);
        uint hash = Rjenkins(bytes[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return hash;
    }

    /// <summary>As the other, of what is UTF-8 already.</summary>
    public static uint Compute(ReadOnlySpan<byte> nspace, ReadOnlySpan<byte> name)
    {
        if (nspace.IsEmpty)
        {
            return Rjenkins(name);
        }

        byte[] bytes = new byte[nspace.Length + 1 + name.Length];
        nspace.CopyTo(bytes);
        bytes[nspace.Length] = NamespaceSeparator;
        name.CopyTo(bytes.AsSpan(nspace.Length + 1));
        return Rjenkins(bytes);
    }

    /// <summary>The bare string hash.</summary>
    public static uint Rjenkins(ReadOnlySpan<byte> key)
    {
        uint a = 0x9e3779b9, b = a, c = 0;
        uint total = (uint)key.Length;
        for (; key.Length >= 12; key = key[12..])
        {
            a += BinaryPrimitives.ReadUInt32LittleEndian(key);
            b += BinaryPrimitives.ReadUInt32LittleEndian(key[4..]);
            c += BinaryPrimitives.ReadUInt32LittleEndian(key[8..]);
            Mix(ref a, ref b, ref c);
        }

        c += total;
        for (int i = key.Length - 1; i >= 0; i--)
        {
            // Byte 8 of the tail goes to the second byte of c: its first holds the length.
            uint value = key[i];
            if (i >= 8)
            {
                c += value << ((i - 7) * 8);
            }
            else if (i >= 4)
            {
                b += value << ((i - 4) * 8);
            }
            else
            {
                a += value << (i * 8);
            }
        }

        Mix(ref a, ref b, ref c);
        return c;
    }

    /// <summary>Maps a hash to one of <paramref name="count"/> PGs so that raising the count splits PGs and moves nothing else.</summary>
    public static uint StableMod(uint hash, uint count, uint mask) => (hash & mask) < count ? hash & mask : hash & (mask >> 1);

    /// <summary>The smallest 2^n - 1 that is at least <paramref name="count"/> - 1.</summary>
    public static uint MaskFor(uint count) => count <= 1 ? 0 : uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(count - 1);

    private static void Mix(ref uint a, ref uint b, ref uint c)
    {
        a = (a - b - c) ^ (c >> 13);
        b = (b - c - a) ^ (a << 8);
        c = (c - a - b) ^ (b >> 13);
        a = (a - b - c) ^ (c >> 12);
        b = (b - c - a) ^ (a << 16);
        c = (c - a - b) ^ (b >> 5);
        a = (a - b - c) ^ (c >> 3);
        b = (b - c - a) ^ (a << 10);
        c = (c - a - b) ^ (b >> 15);
    }
}
