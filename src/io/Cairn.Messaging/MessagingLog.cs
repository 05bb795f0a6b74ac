using Microsoft.Extensions.Logging;

namespace Cairn.Messaging;

/// <summary>Log lines of the transport: ids 2000 to 2099.</summary>
internal static partial class MessagingLog
{
    [LoggerMessage(2001, LogLevel.Information, "refused a connection from {Remote}: {Reason}")]
    public static partial void HandshakeFailed(ILogger logger, HostPort remote, string reason);

    [LoggerMessage(2002, LogLevel.Warning, "refused a connection from {Remote}: {Max} are open, the most allowed (ms_max_connections)")]
    public static partial void TooManyConnections(ILogger logger, HostPort remote, int max);

    [LoggerMessage(2003, LogLevel.Warning, "can't accept a connection on {Address}")]
    public static partial void AcceptFailed(ILogger logger, HostPort address, Exception error);
}
