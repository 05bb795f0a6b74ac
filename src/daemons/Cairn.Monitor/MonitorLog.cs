using Microsoft.Extensions.Logging;

namespace Cairn.Monitor;

/// <summary>What a monitor logs. Events 2000-2099.</summary>
internal static partial class MonitorLog
{
    [LoggerMessage(2000, LogLevel.Information, "mon.{Name} of cluster {Fsid} serves at {Address}, {Members} monitors, map {Epoch}")]
    public static partial void Started(ILogger logger, string name, Guid fsid, string address, int members, string epoch);

    [LoggerMessage(2001, LogLevel.Information, "leader is mon.{Leader}, term {Term}")]
    public static partial void LeaderIs(ILogger logger, string leader, long term);

    [LoggerMessage(2002, LogLevel.Warning, "no leader: fewer than half of the monitors are in reach, or an election is under way")]
    public static partial void NoLeader(ILogger logger);

    [LoggerMessage(2003, LogLevel.Warning, "a proposal of {Changes} changes failed: {Reason}")]
    public static partial void ProposalFailed(ILogger logger, int changes, string reason);

    [LoggerMessage(2004, LogLevel.Information, "{Event}")]
    public static partial void ClusterEvent(ILogger logger, string @event);

    [LoggerMessage(2005, LogLevel.Critical, "a log entry can't be applied: stopping, since going on would part this monitor from its peers")]
    public static partial void EntryBroken(ILogger logger, Exception exception);

    [LoggerMessage(2006, LogLevel.Warning, "the leader's round failed and is tried again: {Reason}")]
    public static partial void DutyFailed(ILogger logger, string reason);

    [LoggerMessage(2007, LogLevel.Critical, "the monitor's own work ended: stopping")]
    public static partial void LoopBroken(ILogger logger, Exception exception);

    [LoggerMessage(2008, LogLevel.Information, "stopping")]
    public static partial void Stopping(ILogger logger);

    [LoggerMessage(2009, LogLevel.Debug, "followers hear of the commit with the next heartbeat: {Reason}")]
    public static partial void FollowersNotTold(ILogger logger, string reason);

    [LoggerMessage(2020, LogLevel.Warning, "the central options are left as they were: {Reason}")]
    public static partial void CentralOptionsIgnored(ILogger logger, string reason);

    [LoggerMessage(2021, LogLevel.Information, "balancer: {Moves} replicas move; furthest from its fair share an OSD was {Before:F1} PGs, and will be {After:F1}")]
    public static partial void Balanced(ILogger logger, int moves, double before, double after);
}
