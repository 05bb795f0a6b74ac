using Microsoft.Extensions.Logging;

namespace Cairn.Messaging.ControlPlane;

/// <summary>Log lines of the sessions with monitors: ids 2100 to 2199.</summary>
internal static partial class ControlPlaneLog
{
    [LoggerMessage(2101, LogLevel.Debug, "lost the map subscription to monitor {Address}: {Reason}")]
    public static partial void SubscriptionLost(ILogger logger, HostPort address, string reason);

    [LoggerMessage(2102, LogLevel.Error, "monitor {Address} refuses the map subscription: {Reason}")]
    public static partial void SubscriptionRefused(ILogger logger, HostPort address, string reason);

    [LoggerMessage(2103, LogLevel.Warning, "the map from monitor {Address} does not fit ours, fetching it whole: {Reason}")]
    public static partial void MapDiverged(ILogger logger, HostPort address, string reason);
}
