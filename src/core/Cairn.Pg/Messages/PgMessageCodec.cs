using System.Buffers;
using Cairn.Objects.Binary;
using Cairn.Pg.Storage;

namespace Cairn.Pg.Messages;

/// <summary>
/// Messages between copies of a PG as bytes: a header, and behind it object data as the sender's own buffers, in order, so that they go from
/// socket to disk without a copy.
/// </summary>
/// <remarks>Header: version, tag, PG, epoch, then the fields in order. Numbers are LEB128 varints.</remarks>
public static class PgMessageCodec
{
    private const byte Version = 1;

    public static void Encode(PgMessage message, IBufferWriter<byte> header, ICollection<ReadOnlyMemory<byte>> payload)
    {
        var writer = new ByteWriter(header);
        writer.Byte(Version);
        writer.Byte((byte)PgMessageEncoder.TagOf(message));
        writer.VarInt(message.Pg.Pool);
        writer.VarUInt(message.Pg.Seed);
        writer.VarUInt(message.Epoch.Value);
        PgMessageEncoder.Encode(message, writer, header, payload);
    }

    /// <param name="payload">The data behind the header, contiguous. The message's data are slices of it.</param>
    /// <exception cref="MalformedDataException">Header or payload is not an encoder's, whole and exact.</exception>
    public static PgMessage Decode(ReadOnlySpan<byte> header, ReadOnlyMemory<byte> payload)
    {
        var reader = new ByteReader(header);
        byte version = reader.Byte();
        if (version != Version)
        {
            throw new MalformedDataException($"PG message of version {version}; this program reads version {Version}");
        }

        byte tag = reader.Byte();
        Maps.PgId pg = PgCodec.ReadPgId(ref reader);
        Maps.Epoch epoch = PgCodec.ReadEpoch(ref reader);
        PgMessage message = PgMessageDecoder.Decode((PgMessageTag)tag, pg, epoch, ref reader, header, payload);
        if (message is not RepOp)
        {
            reader.RequireEnd(); // A RepOp's transaction has checked the rest.
        }

        return message;
    }
}
