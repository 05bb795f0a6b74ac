using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.Feeds;
using Cairn.Monitor.Hosting;
using Cairn.Monitor.Raft;
using Cairn.Monitor.State;
using Cairn.Monitor.State.Applying;
using Cairn.Monitor.State.Balancing;
using Cairn.Monitor.State.Stats;
using Cairn.Monitor.State.Wire;
using Microsoft.Extensions.Logging;

namespace Cairn.Monitor.Leading;

/// <summary>The leader's balancer: looks now and then, and moves a little. A loop of its own, since on a large map a look takes seconds.</summary>
internal sealed class BalancerDuty(
    RaftNode node, Proposer proposer, StateFeed feed, LeaderMemory memory, CurrentSettings current, TimeProvider time, ILogger logger)
{
    // The interval is a central option: it may be cut short while it is waited for.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    public async Task RunAsync(CancellationToken stop)
    {
        long looked = time.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(Tick, time, stop);
            if (time.GetElapsedTime(looked) < current.Current.Balancer.Interval)
            {
                continue;
            }

            looked = time.GetTimestamp();
            try
            {
                await BalanceAsync(stop);
            }
            catch (Exception e) when (e is NotLeadingException or TimeoutException)
            {
                MonitorLog.DutyFailed(logger, e.Message);
            }
        }
    }

    private async Task BalanceAsync(CancellationToken stop)
    {
        MonitorSettings settings = current.Current;
        BalancerOptions options = settings.Balancer.Options;
        if (!node.IsLeader || memory.Term != node.Term || !options.Enabled || feed.State.Map is not { } map)
        {
            return;
        }

        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        PgView[] pgs = memory.Read(stats => stats.Pgs(map, now, settings.PgStaleAfterMs).ToArray());
        BalancerPlan plan = await Task.Run(() => BalancerJudge.Judge(map, pgs, options), stop);
        if (plan.IsEmpty)
        {
            return;
        }

        Change change = new() { Command = new Command { Id = WireGuid.Write(Guid.NewGuid()), UpmapPlan = plan.ToCommand(map) } };
        ChangeResult result = await proposer.ProposeAsync(change, stop);
        if (result.Status == CommandStatus.Ok)
        {
            MonitorLog.Balanced(logger, plan.Moves, plan.DeviationBefore, plan.DeviationAfter);
        }
    }
}
