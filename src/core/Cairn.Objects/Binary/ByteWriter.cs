using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Cairn.Objects.Binary;

/// <summary>Writes the primitives of Cairn's own binary formats: little-endian numbers, LEB128 varints, length-prefixed bytes and UTF-8.</summary>
public readonly ref struct ByteWriter(IBufferWriter<byte> output)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(4), value);
        output.Advance(4);
    }

    public void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    public void VarUInt(ulong value)
    {
        Span<byte> span = output.GetSpan(10);
        int length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        output.Advance(length);
    }

    /// <summary>Zigzag: small negative numbers stay short.</summary>
    public void VarInt(long value) => VarUInt((ulong)((value << 1) ^ (value >> 63)));

    public void Bytes(ReadOnlySpan<byte> value)
    {
        VarUInt((ulong)value.Length);
        output.Write(value);
    }

    /// <exception cref="EncoderFallbackException">A lone surrogate: such a string has no UTF-8 form.</exception>
    public void Text(string value)
    {
        int length = StrictUtf8.GetByteCount(value);
        VarUInt((ulong)length);
        StrictUtf8.GetBytes(value, output.GetSpan(length));
        output.Advance(length);
    }
}
