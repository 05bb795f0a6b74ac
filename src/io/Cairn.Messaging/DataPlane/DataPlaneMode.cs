namespace Cairn.Messaging.DataPlane;

/// <summary>How a data-plane connection is protected. The numbers are on the wire.</summary>
public enum DataPlaneMode : byte
{
    /// <summary>Authenticated by certificates, then plain frames with checksums: for trusted networks.</summary>
    Crc = 1,

    /// <summary>TLS 1.3.</summary>
    Secure = 2,
}
