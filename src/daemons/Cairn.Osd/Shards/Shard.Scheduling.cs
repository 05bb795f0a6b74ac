using Cairn.Maps;
using Cairn.Osd.Scheduling;
using Cairn.Pg.Effects;

namespace Cairn.Osd.Shards;

// Whose turn it is. Clients' operations, and the reads that recovery and scrub begin with, pass the scheduler; all else is done as it comes,
// since something that has begun waits for it, and since the PGs rely on the order of messages.
internal sealed partial class Shard
{
    private readonly WorkScheduler<ScheduledWork> _scheduler;

    /// <summary>Transactions and reads that the store has yet to finish: they always end, whatever waits for them.</summary>
    private int _storeOps;

    private bool HasRoom => _storeOps < _services.Scheduling.DepthMax;

    /// <summary>Client operations that are not answered, and where they are.</summary>
    public IEnumerable<(ClientRequest Request, string Where)> OpsInFlight =>
        _requests.Values.Select(static r => (r, "in pg"))
            .Concat(_awaitingPg.Select(static r => (r, "waiting for pg")))
            .Concat(_scheduler.WaitingOf(WorkClass.Client).Select(static w => (w.Request!, "queued")));

    private void Schedule(ClientRequest request)
    {
        double cost = _services.Scheduling.CostOf(request.Payload.Length);
        if (HasRoom && _scheduler.CountOf(WorkClass.Client) == 0)
        {
            _scheduler.Charge(WorkClass.Client, cost, _services.Clock.MonotonicUs);
            AcceptRequest(request);
        }
        else
        {
            _scheduler.Enqueue(WorkClass.Client, cost, new ScheduledWork(request, default, null), _services.Clock.MonotonicUs);
        }
    }

    private void Schedule(PgId pg, ReadData read)
    {
        WorkClass of = read.Purpose switch
        {
            ReadPurpose.Recovery => WorkClass.Recovery,
            ReadPurpose.Scrub => WorkClass.Scrub,
            _ => WorkClass.Client,
        };
        if (of == WorkClass.Client)
        {
            // Its operation had its turn.
            Start(pg, read);
        }
        else
        {
            _scheduler.Enqueue(of, _services.Scheduling.CostOf(read.Length), new ScheduledWork(null, pg, read), _services.Clock.MonotonicUs);
        }
    }

    /// <summary>Does what has its turn. Called when a run has done what came in.</summary>
    private void RunScheduled()
    {
        if (_scheduler.Count == 0)
        {
            return;
        }

        long now = _services.Clock.MonotonicUs;
        while (HasRoom && _scheduler.TryDequeue(now, out ScheduledWork work))
        {
            if (work.Request is { } request)
            {
                AcceptRequest(request);
            }
            else
            {
                Start(work.Pg, work.Read!);
            }
        }

        // Without room, the store's next completion comes by here again.
        if (HasRoom && _scheduler.NextAtUs(now) is { } next)
        {
            SetWake((next / 1000) + 1);
        }
    }

    private void Start(PgId pg, ReadData read)
    {
        _storeOps++;
        _ = ReadAsync(pg, read);
    }
}

/// <summary>A client's request, or a read for a PG.</summary>
internal readonly record struct ScheduledWork(ClientRequest? Request, PgId Pg, ReadData? Read);
