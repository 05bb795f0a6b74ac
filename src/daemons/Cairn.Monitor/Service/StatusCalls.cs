using Cairn.Maps;
using Cairn.Maps.Stats;
using Cairn.Messaging.Wire;
using Cairn.Monitor.Feeds;
using Cairn.Monitor.Hosting;
using Cairn.Monitor.Leading;
using Cairn.Monitor.Raft;
using Cairn.Monitor.State;
using Cairn.Monitor.State.Health;
using Cairn.Monitor.State.Stats;

namespace Cairn.Monitor.Service;

/// <summary>How the cluster is, as the leader sees it.</summary>
internal sealed class StatusCalls(RaftNode node, StateFeed feed, LeaderMemory memory, CurrentSettings settings, MonStatCalls monitors, TimeProvider time)
{
    public async Task<StatusReply> StatusAsync(CancellationToken cancellationToken)
    {
        await BarrierAsync(cancellationToken);
        (MonitorState state, OsdMap map) = Snapshot();
        long now = NowMs;
        PgView[] pgs = Pgs(map, now);
        PgSummary sum = PgSummary.Of(pgs);
        StatusReply reply = new()
        {
            Fsid = WireGuid.Write(map.Fsid),
            Health = Judge(state, map, pgs, now),
            Monitors = monitors.MonStat(),
            Epoch = map.Epoch.Value,
            Osds = (uint)map.Osds.Count(o => o is not null),
            OsdsUp = (uint)map.Osds.Count(o => o is { Up: true }),
            OsdsIn = (uint)map.Osds.Count(o => o is { In: true }),
            MapModifiedUnixMs = map.ModifiedUnixMs,
            Pools = (uint)map.Pools.Count,
            Pgs = sum.Pgs,
            Objects = sum.Objects,
            Bytes = sum.Bytes,
            ObjectsDegraded = sum.Degraded,
            ObjectsMisplaced = sum.Misplaced,
            ObjectsUnfound = sum.Unfound,
            ObjectCopies = sum.Copies,
        };
        reply.Flags.AddRange(FlagNames.Of(map.Flags));
        reply.PgStates.AddRange(sum.States.Select(s => new StatusReply.Types.StateCount { State = s.Key, Pgs = s.Value }));
        foreach (HealthCheck check in reply.Health.Checks)
        {
            check.Detail.Clear();
        }

        memory.Read(stats => AddUsage(reply, map, stats, now));
        return reply;
    }

    public async Task<HealthReport> HealthAsync(bool detail, CancellationToken cancellationToken)
    {
        await BarrierAsync(cancellationToken);
        (MonitorState state, OsdMap map) = Snapshot();
        long now = NowMs;
        HealthReport report = Judge(state, map, Pgs(map, now), now);
        if (!detail)
        {
            foreach (HealthCheck check in report.Checks)
            {
                check.Detail.Clear();
            }
        }

        return report;
    }

    public async Task<DfReply> DfAsync(CancellationToken cancellationToken)
    {
        await BarrierAsync(cancellationToken);
        (_, OsdMap map) = Snapshot();
        long now = NowMs;
        PgView[] pgs = Pgs(map, now);
        return memory.Read(stats => Usage.Of(map, stats, pgs, now));
    }

    public async Task<GetConfigReply> ConfigAsync(string entity, CancellationToken cancellationToken)
    {
        await BarrierAsync(cancellationToken);
        GetConfigReply reply = new();
        foreach ((ConfigKey key, string value) in CentralOptions.For(feed.State.Config, entity))
        {
            reply.Options.Add(new GetConfigReply.Types.Option { Section = key.Section, Name = key.Name, Value = value });
        }

        return reply;
    }

    public async Task<IReadOnlyList<PgStat>> PgDumpAsync(PgDumpRequest request, CancellationToken cancellationToken)
    {
        await BarrierAsync(cancellationToken);
        (_, OsdMap map) = Snapshot();
        return [.. Pgs(map, NowMs).Where(v => Matches(request, v)).Select(v => v.ToStat())];
    }

    private static bool Matches(PgDumpRequest request, PgView view) =>
        (!request.HasPool || request.Pool == view.Pg.Pool)
        && (!request.HasOsd || view.Mapping.Acting.Contains(new OsdId(request.Osd)) || view.Mapping.Up.Contains(new OsdId(request.Osd)))
        && request.States.All(view.State.Split('+').Contains)
        && (request.Pgs.Count == 0 || request.Pgs.Contains(view.Pg.ToString()));

    private HealthReport Judge(MonitorState state, OsdMap map, PgView[] pgs, long now) => memory.Read(stats => HealthJudge.Judge(new HealthInput(
        state,
        map,
        pgs,
        stats,
        [.. settings.Current.Members.Select(m => m.Name)],
        [.. node.InQuorum.Select(m => m.Name).Order(StringComparer.Ordinal)],
        settings.Current.Pools.Size,
        memory.LeadingForMs(now))));

    private PgView[] Pgs(OsdMap map, long now) => memory.Read(stats => stats.Pgs(map, now, settings.Current.PgStaleAfterMs).ToArray());

    private static bool AddUsage(StatusReply reply, OsdMap map, ClusterStats stats, long now)
    {
        foreach (OsdStat osd in stats.Osds.Where(o => map.Osd(new OsdId(o.Osd)) is { In: true }))
        {
            reply.CapacityBytes += osd.CapacityBytes;
            reply.UsedBytes += osd.UsedBytes;
            reply.AvailableBytes += osd.AvailableBytes;
        }

        reply.ReadOpsPerSecond = stats.Rates.ReadOps.PerSecond(now);
        reply.WriteOpsPerSecond = stats.Rates.WriteOps.PerSecond(now);
        reply.ReadBytesPerSecond = stats.Rates.ReadBytes.PerSecond(now);
        reply.WriteBytesPerSecond = stats.Rates.WriteBytes.PerSecond(now);
        reply.RecoveredObjectsPerSecond = stats.Rates.RecoveredObjects.PerSecond(now);
        reply.RecoveredBytesPerSecond = stats.Rates.RecoveredBytes.PerSecond(now);
        return true;
    }

    // Proves that this monitor still leads, so that the answer is not older than the question.
    private async Task BarrierAsync(CancellationToken cancellationToken)
    {
        try
        {
            await node.ReadBarrierAsync(cancellationToken);
        }
        catch (Exception e) when (e is InvalidOperationException or DotNext.Net.Cluster.Consensus.ConsensusProtocolException)
        {
            throw new NotLeadingException(e.Message);
        }
    }

    private (MonitorState State, OsdMap Map) Snapshot()
    {
        MonitorState state = feed.State;
        return (state, state.Map ?? throw new NotLeadingException("the cluster has no map yet"));
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();
}
