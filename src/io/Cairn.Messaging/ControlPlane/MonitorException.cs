using Grpc.Core;

namespace Cairn.Messaging.ControlPlane;

/// <summary>The monitors could not be asked, or refused the question. The message is for people.</summary>
public sealed class MonitorException(StatusCode status, string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary><see cref="StatusCode.Unavailable"/>: no monitor answered in time, or there is no quorum.</summary>
    public StatusCode Status { get; } = status;
}
