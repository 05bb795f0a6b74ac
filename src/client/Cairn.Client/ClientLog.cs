using Cairn.Maps;
using Cairn.Messaging;
using Microsoft.Extensions.Logging;

namespace Cairn.Client;

/// <summary>Log lines of the client: ids 7000 to 7099.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(7001, LogLevel.Debug, "lost the connection to {Osd} at {Address}: {Reason}")]
    public static partial void ConnectionLost(ILogger logger, OsdId osd, HostPort address, string reason);

    [LoggerMessage(7002, LogLevel.Debug, "can't connect to {Osd} at {Address}: {Reason}")]
    public static partial void ConnectFailed(ILogger logger, OsdId osd, HostPort address, string reason);
}
