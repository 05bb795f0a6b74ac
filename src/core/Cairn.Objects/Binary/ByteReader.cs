using System.Buffers.Binary;
using System.Text;

namespace Cairn.Objects.Binary;

/// <summary>Reads what <see cref="ByteWriter"/> wrote, and believes none of it.</summary>
/// <exception cref="MalformedDataException">From any method: the bytes are not an encoder's.</exception>
public ref struct ByteReader(ReadOnlySpan<byte> data)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = data;

    public readonly int Remaining => _rest.Length;

    public byte Byte() => Take(1)[0];

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public ulong VarUInt()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte b = Byte();
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                // One encoding a number: no bits beyond 64, no needless last byte.
                return shift > 0 && b == 0 || shift == 63 && b > 1 ? throw new MalformedDataException("varint is not minimal") : value;
            }
        }

        throw new MalformedDataException("varint is longer than 10 bytes");
    }

    public long VarInt()
    {
        ulong value = VarUInt();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A varint that must fit 32 bits.</summary>
    public uint VarUInt32()
    {
        ulong value = VarUInt();
        return value <= uint.MaxValue ? (uint)value : throw new MalformedDataException($"{value} does not fit 32 bits");
    }

    /// <summary>A varint that must be at most <paramref name="max"/>.</summary>
    public int Count(int max)
    {
        ulong value = VarUInt();
        return value <= (ulong)max ? (int)value : throw new MalformedDataException($"count {value} is above {max}");
    }

    /// <summary>A slice of the input, valid as long as it is.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        ulong length = VarUInt();
        return length <= (ulong)_rest.Length ? Take((int)length) : throw CutShort();
    }

    public string Text()
    {
        try
        {
            return StrictUtf8.GetString(Bytes());
        }
        catch (DecoderFallbackException e)
        {
            throw new MalformedDataException("text is not UTF-8", e);
        }
    }

    public readonly void RequireEnd()
    {
        if (_rest.Length != 0)
        {
            throw new MalformedDataException($"{_rest.Length} bytes left over");
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw CutShort();
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private static MalformedDataException CutShort() => new("cut short");
}
