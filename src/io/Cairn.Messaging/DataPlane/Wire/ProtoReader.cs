using System.Buffers.Binary;
using System.Text;

namespace Cairn.Messaging.DataPlane.Wire;

/// <summary>Reads the fields of one protobuf message. Whatever breaks the format is a <see cref="FrameFormatException"/>.</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = bytes;
    private int _wireType;

    public int Field { get; private set; }

    public bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Steps to the next field; false at the end of the message.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        ulong tag = RawVarint();
        _wireType = (int)(tag & 7);
        if (tag >> 3 is 0 or > 0x1fffffff)
        {
            throw new FrameFormatException("a field number of the header is out of range");
        }

        Field = (int)(tag >> 3);
        return true;
    }

    public ulong Varint()
    {
        Expect(0);
        return RawVarint();
    }

    /// <summary>A number in either of its forms.</summary>
    public ulong Number() => _wireType == 1 ? Fixed64() : Varint();

    public uint UInt32() => (uint)Varint();

    /// <summary>A length or count, checked to be no larger than <paramref name="max"/>.</summary>
    public int Count(int max = int.MaxValue)
    {
        ulong value = Varint();
        return value <= (ulong)max ? (int)value : throw new FrameFormatException($"a length of {value} in the header, at most {max} are allowed");
    }

    public ulong Fixed64()
    {
        Expect(1);
        return BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
    }

    public ReadOnlySpan<byte> Bytes()
    {
        Expect(2);
        ulong length = RawVarint();
        return length <= (ulong)_rest.Length ? Take((int)length) : throw new FrameFormatException("the header ends within a field");
    }

    public string Text()
    {
        ReadOnlySpan<byte> bytes = Bytes();
        try
        {
            return bytes.IsEmpty ? "" : StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new FrameFormatException("a text in the header is not UTF-8", e);
        }
    }

    /// <summary>Reads a repeated integer field, packed or not, into <paramref name="values"/>.</summary>
    public void Repeated(List<int> values)
    {
        if (_wireType == 0)
        {
            values.Add(Count());
            return;
        }

        ProtoReader packed = new(Bytes());
        while (!packed.IsAtEnd)
        {
            ulong value = packed.RawVarint();
            values.Add(value <= int.MaxValue ? (int)value : throw new FrameFormatException("a length in the header is out of range"));
        }
    }

    /// <summary>Passes over a field that this version does not know.</summary>
    public void Skip()
    {
        switch (_wireType)
        {
            case 0:
                RawVarint();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                Bytes();
                break;
            case 5:
                Take(4);
                break;
            default:
                throw new FrameFormatException($"a field of the header has the unknown wire type {_wireType}");
        }
    }

    private void Expect(int wireType)
    {
        if (_wireType != wireType)
        {
            throw new FrameFormatException($"field {Field} of the header has wire type {_wireType}, expected {wireType}");
        }
    }

    private ulong RawVarint()
    {
        ulong value = 0;
        for (int i = 0; i < 10 && i < _rest.Length; i++)
        {
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }

        throw new FrameFormatException("a number in the header does not end");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
        {
            throw new FrameFormatException("the header ends within a field");
        }

        ReadOnlySpan<byte> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
