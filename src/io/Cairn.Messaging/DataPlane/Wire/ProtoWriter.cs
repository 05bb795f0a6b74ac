using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Cairn.Messaging.DataPlane.Wire;

/// <summary>
/// Writes protobuf messages into one growing array that is used again for each message. The generated classes would allocate a tree
/// of objects an operation; this writes the core's own records. Tests hold it to what the generated classes read and write.
/// </summary>
internal sealed class ProtoWriter
{
    private const int VarintType = 0;
    private const int Fixed64Type = 1;
    private const int BytesType = 2;

    private byte[] _buffer = new byte[512];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>A field of an integer or enum type. Zero is the default and not written.</summary>
    public void Varint(int field, ulong value)
    {
        if (value != 0)
        {
            Tag(field, VarintType);
            Raw(value);
        }
    }

    public void Flag(int field, bool value) => Varint(field, value ? 1UL : 0);

    public void Fixed64(int field, ulong value)
    {
        if (value != 0)
        {
            FixedAlways(field, value);
        }
    }

    /// <summary>As <see cref="Fixed64"/>, for a field with presence.</summary>
    public void FixedAlways(int field, ulong value)
    {
        Tag(field, Fixed64Type);
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(8), value);
        Length += 8;
    }

    public void Text(int field, string value)
    {
        if (value.Length > 0)
        {
            TextAlways(field, value);
        }
    }

    /// <summary>As <see cref="Text"/>, for a field with presence or an element of a repeated one.</summary>
    public void TextAlways(int field, string value)
    {
        Tag(field, BytesType);
        int bytes = Encoding.UTF8.GetByteCount(value);
        Raw((ulong)bytes);
        Length += Encoding.UTF8.GetBytes(value, Reserve(bytes));
    }

    /// <summary>Opens a nested message; <see cref="End"/> closes it.</summary>
    public int Begin(int field)
    {
        Tag(field, BytesType);
        Reserve(1);
        return Length++;
    }

    /// <summary>Closes what <see cref="Begin"/> opened. One byte was left for the length; longer ones move the contents.</summary>
    public void End(int mark)
    {
        int bytes = Length - mark - 1;
        int extra = VarintSize((ulong)bytes) - 1;
        if (extra > 0)
        {
            Reserve(extra);
            _buffer.AsSpan(mark + 1, bytes).CopyTo(_buffer.AsSpan(mark + 1 + extra));
        }

        Length = mark;
        Raw((ulong)bytes);
        Length += bytes;
    }

    /// <summary>An element of a packed repeated field, between <see cref="Begin"/> and <see cref="End"/>.</summary>
    public void Packed(ulong value) => Raw(value);

    /// <summary>Appends fields that are already encoded.</summary>
    public void Message(ReadOnlySpan<byte> encoded)
    {
        encoded.CopyTo(Reserve(encoded.Length));
        Length += encoded.Length;
    }

    private void Tag(int field, int type) => Raw(((ulong)field << 3) | (uint)type);

    private void Raw(ulong value)
    {
        Span<byte> span = Reserve(10);
        int i = 0;
        while (value >= 0x80)
        {
            span[i++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[i++] = (byte)value;
        Length += i;
    }

    private static int VarintSize(ulong value) => ((BitOperations.Log2(value | 1) * 9) + 73) >> 6;

    private Span<byte> Reserve(int bytes)
    {
        if (_buffer.Length - Length < bytes)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + bytes));
        }

        return _buffer.AsSpan(Length);
    }
}
