using Google.Protobuf;

namespace Cairn.Monitor.State;

/// <summary>UUIDs on the wire: 16 bytes in the order of RFC 4122.</summary>
public static class WireGuid
{
    /// <summary>The id, or the empty one if the bytes are none.</summary>
    public static Guid Read(ByteString bytes) => bytes.Length == 16 ? new Guid(bytes.Span, bigEndian: true) : Guid.Empty;

    public static ByteString Write(Guid id)
    {
        byte[] bytes = new byte[16];
        bool written = id.TryWriteBytes(bytes, bigEndian: true, out _);
        Maps.Invariant.Require(written);
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }
}
