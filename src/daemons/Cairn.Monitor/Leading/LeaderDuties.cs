using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.Feeds;
using Cairn.Monitor.Hosting;
using Cairn.Monitor.Raft;
using Cairn.Monitor.State;
using Cairn.Monitor.State.History;
using Cairn.Monitor.State.Liveness;
using Cairn.Monitor.State.Splitting;
using Cairn.Monitor.State.Stats;
using Cairn.Monitor.State.Wire;
using Microsoft.Extensions.Logging;

namespace Cairn.Monitor.Leading;

/// <summary>What the leader does of its own accord: makes the cluster, judges who is down and who is out, forgets what has ended.</summary>
internal sealed class LeaderDuties(
    RaftNode node, Proposer proposer, StateFeed feed, LeaderMemory memory, CurrentSettings settings, TimeProvider time, ILogger logger)
{
    // Also the delay with which a silence is noticed; failure reports are judged as they come.
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(500);

    // Until the cluster is made everybody waits for the leader to do it.
    private static readonly TimeSpan GenesisRound = TimeSpan.FromMilliseconds(20);

    // Trimming in lumps: every epoch trimmed costs one application of its incremental.
    private const uint TrimLumpEpochs = 200;

    private readonly SemaphoreSlim _wake = new(0, 1);

    /// <summary>Asks for a round at once: a failure report came.</summary>
    public void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            try
            {
                _wake.Release();
            }
            catch (SemaphoreFullException)
            {
                // Another report was quicker: the round is coming.
            }
        }
    }

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await _wake.WaitAsync(feed.State.Map is null ? GenesisRound : Round, stop);
            try
            {
                await DoRoundAsync(stop);
            }
            catch (Exception e) when (e is NotLeadingException or TimeoutException)
            {
                MonitorLog.DutyFailed(logger, e.Message);
            }
        }
    }

    private async Task DoRoundAsync(CancellationToken stop)
    {
        if (!node.IsLeader)
        {
            if (memory.Term != 0)
            {
                memory.End();
            }

            return;
        }

        if (memory.Term != node.Term)
        {
            // What the last leader had committed must be applied before this one decides anything.
            long term = node.Term;
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(settings.Current.ClientTimeout);
            await ReadBarrierAsync(limit.Token);
            memory.Begin(term, NowMs);
        }

        if (feed.State.Map is not { } map)
        {
            await proposer.ProposeAsync(new Change { Genesis = new Genesis { Fsid = WireGuid.Write(settings.Current.Fsid) } }, stop);
            return;
        }

        await ProposeAllAsync(Verdicts(feed.State, map), stop);
    }

    private async Task ReadBarrierAsync(CancellationToken cancellationToken)
    {
        try
        {
            await node.ReadBarrierAsync(cancellationToken);
        }
        catch (Exception e) when (e is InvalidOperationException or OperationCanceledException or DotNext.Net.Cluster.Consensus.ConsensusProtocolException)
        {
            throw new NotLeadingException($"the lead is not confirmed yet: {e.Message}");
        }
    }

    private List<Change> Verdicts(MonitorState state, OsdMap map)
    {
        long now = NowMs;
        memory.Prune(map);
        List<Change> changes = [.. memory.JudgeFailures(map, settings.Current.Liveness, now).Select(v => new Change { OsdMarkDown = v })];
        changes.AddRange(OutJudge.Judge(state, settings.Current.Liveness, now).Select(v => new Change { OsdMarkOut = v }));
        if (map.Blocklist.Values.Any(until => until <= now) || state.Mutes.Values.Any(m => m.UntilUnixMs > 0 && m.UntilUnixMs <= now))
        {
            changes.Add(new Change { Expire = new Expire() });
        }

        changes.AddRange(PgpNumJudge.Judge(map, () => Pgs(map, now)).Select(set => new Change
        {
            Command = new Command { Id = WireGuid.Write(Guid.NewGuid()), PoolSet = set },
        }));
        if (OldestNeeded(state, map, now) is { } oldest)
        {
            changes.Add(new Change { TrimMaps = new TrimMaps { OldestEpoch = oldest.Value } });
        }

        return changes;
    }

    // PGs that are not clean need the maps since they were, to know who may hold their writes.
    private Epoch? OldestNeeded(MonitorState state, OsdMap map, long now)
    {
        uint kept = state.History.Newest.Value - state.History.Oldest.Value;
        if (kept < MapHistory.EpochsMin + TrimLumpEpochs)
        {
            return null;
        }

        uint needed = Pgs(map, now)
            .Select(v => v.Stat is { LastEpochClean: > 0 } stat ? stat.LastEpochClean : v.Stat is { CreatedEpoch: > 0 } made ? made.CreatedEpoch : 0)
            .DefaultIfEmpty(map.Epoch.Value)
            .Min();
        return needed >= state.History.Oldest.Value + TrimLumpEpochs ? new Epoch(needed) : null;
    }

    private PgView[] Pgs(OsdMap map, long now) => memory.Read(stats => stats.Pgs(map, now, settings.Current.PgStaleAfterMs).ToArray());

    private async Task ProposeAllAsync(List<Change> changes, CancellationToken stop)
    {
        if (changes.Count > 0)
        {
            await Task.WhenAll(changes.Select(change => proposer.ProposeAsync(change, stop)));
        }
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();
}
