using Cairn.Maps;
using Cairn.Pg.Effects;
using Microsoft.Extensions.Logging;

namespace Cairn.Osd;

/// <summary>What an OSD logs. Ids 3000 to 3999.</summary>
internal static partial class OsdLog
{
    [LoggerMessage(3001, LogLevel.Information, "osd.{Id} has {Pgs} pgs and map {Epoch}; data at {Data}, gRPC at {Admin}")]
    public static partial void Started(this ILogger logger, int id, int pgs, Epoch epoch, string data, string admin);

    [LoggerMessage(3002, LogLevel.Information, "up in {Epoch}")]
    public static partial void Booted(this ILogger logger, Epoch epoch);

    [LoggerMessage(3003, LogLevel.Warning, "map {Epoch} says that we are down; booting again")]
    public static partial void WronglyDown(this ILogger logger, Epoch epoch);

    [LoggerMessage(3004, LogLevel.Warning, "the monitors do not take our boot: {Reason}")]
    public static partial void BootRefused(this ILogger logger, string reason);

    [LoggerMessage(3005, LogLevel.Information, "stopping")]
    public static partial void Stopping(this ILogger logger);

    [LoggerMessage(3006, LogLevel.Critical, "stopping at once: {Reason}")]
    public static partial void Fatal(this ILogger logger, string reason, Exception? exception);

    [LoggerMessage(3007, LogLevel.Warning, "maps {From} to {To} are no longer kept by the monitors; the past in between is unknown")]
    public static partial void MapGap(this ILogger logger, Epoch from, Epoch to);

    [LoggerMessage(3008, LogLevel.Warning, "could not get maps: {Reason}")]
    public static partial void MapFetchFailed(this ILogger logger, string reason);

    [LoggerMessage(3009, LogLevel.Information, "the monitors show map {Newest}, our PGs have seen {Needed}: waiting")]
    public static partial void MonitorsBehind(this ILogger logger, Epoch newest, Epoch needed);

    [LoggerMessage(3014, LogLevel.Warning, "waiting for the monitors: {Reason}")]
    public static partial void WaitingForMonitors(this ILogger logger, string reason);

    [LoggerMessage(3010, LogLevel.Debug, "link to {Peer} closed: {Reason}")]
    public static partial void PeerLinkClosed(this ILogger logger, OsdId peer, string reason);

    [LoggerMessage(3011, LogLevel.Debug, "{Peer} can't be reached: {Reason}")]
    public static partial void PeerUnreachable(this ILogger logger, OsdId peer, string reason);

    [LoggerMessage(3012, LogLevel.Warning, "no heartbeat from {Peer} for {SilentMs} ms (process gone: {Gone}); telling the monitors")]
    public static partial void PeerFailed(this ILogger logger, OsdId peer, long silentMs, bool gone);

    [LoggerMessage(3013, LogLevel.Warning, "a malformed message from {Peer}: {Reason}")]
    public static partial void MalformedMessage(this ILogger logger, string peer, string reason);

    [LoggerMessage(3020, LogLevel.Warning, "a report did not reach the monitors: {Reason}")]
    public static partial void ReportFailed(this ILogger logger, string reason);

    [LoggerMessage(3030, LogLevel.Warning, "the store is {Percent} % full: writes are refused until space is freed")]
    public static partial void StoreFull(this ILogger logger, int percent);

    [LoggerMessage(3031, LogLevel.Warning, "{Count} slow ops, the oldest for {OldestMs} ms: see `cairn osd ops`")]
    public static partial void SlowOps(this ILogger logger, int count, long oldestMs);

    public static void PgEvent(this ILogger logger, PgId pg, PgEvent note)
    {
        LogLevel level = note.Level switch
        {
            PgEventLevel.Error => LogLevel.Error,
            PgEventLevel.Warning => LogLevel.Warning,
            PgEventLevel.Info => LogLevel.Information,
            _ => LogLevel.Debug,
        };
        PgSays(logger, level, pg, note.Text);
    }

    [LoggerMessage(EventId = 3040, Message = "pg {Pg}: {Text}")]
    private static partial void PgSays(ILogger logger, LogLevel level, PgId pg, string text);
}
