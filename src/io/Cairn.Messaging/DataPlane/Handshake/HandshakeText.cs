namespace Cairn.Messaging.DataPlane.Handshake;

/// <summary>What is signed in mode crc: the role, so that no signature serves for the other end's, and everything both have said.</summary>
internal static class HandshakeText
{
    public static ReadOnlySpan<byte> Acceptor => "cairn acceptor 1\0"u8;

    public static ReadOnlySpan<byte> Initiator => "cairn initiator 1\0"u8;

    public static byte[] Signed(ReadOnlySpan<byte> role, ReadOnlySpan<byte> initiatorHello, ReadOnlySpan<byte> acceptorHello) =>
        [.. role, .. initiatorHello, .. acceptorHello];
}
