namespace Cairn.Messaging.DataPlane.Handshake;

/// <summary>The first 8 bytes of each end: who does not send these does not speak the protocol.</summary>
internal static class Banner
{
    public const int Bytes = 8;
    public const byte ProtocolVersion = 1;

    public static byte[] Write(DataPlaneMode mode) => [.. "CAIRN"u8, ProtocolVersion, (byte)mode, (byte)'\n'];

    /// <exception cref="HandshakeException">The peer does not speak the protocol, this version, or this mode.</exception>
    public static void Check(ReadOnlySpan<byte> banner, DataPlaneMode mode)
    {
        if (!banner.StartsWith("CAIRN"u8) || banner[7] != (byte)'\n')
        {
            throw new HandshakeException(HandshakeFailure.NotCairn, "the peer does not speak Cairn's data-plane protocol");
        }

        if (banner[5] != ProtocolVersion)
        {
            throw new HandshakeException(HandshakeFailure.WrongVersion, $"the peer speaks version {banner[5]} of the protocol, we speak {ProtocolVersion}");
        }

        if (banner[6] != (byte)mode)
        {
            throw new HandshakeException(
                HandshakeFailure.WrongMode,
                $"the peer uses ms_mode {Name(banner[6])}, we use {Name((byte)mode)}: they must agree");
        }
    }

    private static string Name(byte mode) => mode switch
    {
        (byte)DataPlaneMode.Crc => "crc",
        (byte)DataPlaneMode.Secure => "secure",
        _ => $"number {mode}",
    };
}
