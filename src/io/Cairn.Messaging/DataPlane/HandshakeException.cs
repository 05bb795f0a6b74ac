namespace Cairn.Messaging.DataPlane;

/// <summary>Two ends could not agree to talk. The numbers of the reasons are on the wire.</summary>
public sealed class HandshakeException(HandshakeFailure reason, string message, Exception? inner = null) : IOException(message, inner)
{
    public HandshakeFailure Reason { get; } = reason;
}

public enum HandshakeFailure
{
    /// <summary>The peer does not speak this protocol.</summary>
    NotCairn = 0,

    /// <summary>The peer is of another cluster.</summary>
    WrongFsid = 1,

    /// <summary>Another entity than expected is at the address.</summary>
    WrongPeer = 2,

    WrongVersion = 3,

    /// <summary>One end wants mode crc, the other secure.</summary>
    WrongMode = 4,

    NotAuthenticated = 5,

    /// <summary>The peer has all the connections it takes.</summary>
    Busy = 6,
}
