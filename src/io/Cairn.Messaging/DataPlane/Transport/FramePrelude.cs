using System.Buffers.Binary;
using Cairn.Maps;
using Cairn.Objects;

namespace Cairn.Messaging.DataPlane.Transport;

/// <summary>The 16 bytes before a frame's header.</summary>
internal readonly record struct FramePrelude(int HeaderLength, int PayloadLength, uint PayloadCrc, uint HeaderCrc)
{
    public const int Bytes = 16;

    /// <summary>Omap and listing answers name many keys in one header; anything longer is garbage.</summary>
    public const int HeaderBytesMax = 16 << 20;

    /// <summary>An operation's 90 MiB and recovery pushes fit; anything longer is garbage.</summary>
    public const int PayloadBytesMax = 192 << 20;

    private const int AfterLength = Bytes - 4;
    private const int CrcCovers = 12;

    public static FramePrelude Read(ReadOnlySpan<byte> bytes, int headerMax, int payloadMax)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        uint header = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (header > headerMax || length < AfterLength + (ulong)header || length - AfterLength - header > (uint)payloadMax)
        {
            throw new FrameFormatException(
                $"a frame of {length} bytes with a header of {header}: at most {headerMax} of header and {payloadMax} of payload are allowed");
        }

        return new FramePrelude(
            (int)header,
            (int)(length - AfterLength - header),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]));
    }

    /// <summary>Writes prelude and header.</summary>
    public static void Write(Span<byte> destination, ReadOnlySpan<byte> header, int payloadLength, uint payloadCrc)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)(AfterLength + header.Length + payloadLength));
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], (uint)header.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], payloadCrc);
        header.CopyTo(destination[Bytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], ComputeHeaderCrc(destination, header));
    }

    public void CheckHeader(ReadOnlySpan<byte> prelude, ReadOnlySpan<byte> header)
    {
        if (ComputeHeaderCrc(prelude, header) != HeaderCrc)
        {
            throw new FrameFormatException("a frame's header does not match its checksum");
        }
    }

    public void CheckPayload(ReadOnlyMemory<byte> payload)
    {
        if (SummedMemory.AppendCrc(0, payload) != PayloadCrc)
        {
            throw new FrameFormatException($"a frame's payload of {payload.Length} bytes does not match its checksum");
        }
    }

    private static uint ComputeHeaderCrc(ReadOnlySpan<byte> prelude, ReadOnlySpan<byte> header) =>
        Crc32C.Append(Crc32C.Compute(prelude[..CrcCovers]), header);
}
