using Cairn.Maps;

namespace Cairn.Simulation.Time;

/// <summary>Simulated time and what is to happen in it. Events of one moment happen in the order they were planned.</summary>
public sealed class EventQueue
{
    private readonly PriorityQueue<Action, (long AtUs, ulong Order)> _events = new();
    private ulong _order;

    /// <summary>Microseconds since the simulation began.</summary>
    public long NowUs { get; private set; }

    public long NowMs => NowUs / 1000;

    public int Count => _events.Count;

    /// <summary>Events that have happened.</summary>
    public long Happened { get; private set; }

    public void After(long delayUs, Action action)
    {
        Invariant.Require(delayUs >= 0, "nothing happens in the past");
        _events.Enqueue(action, (NowUs + delayUs, _order++));
    }

    /// <summary>Lets everything up to a moment happen.</summary>
    public void RunUntil(long untilUs)
    {
        while (RunNext(untilUs))
        {
        }

        NowUs = Math.Max(NowUs, untilUs);
    }

    /// <returns>False if nothing is left to happen before then.</returns>
    public bool RunNext(long untilUs)
    {
        if (!_events.TryPeek(out _, out var first) || first.AtUs > untilUs)
        {
            return false;
        }

        Action action = _events.Dequeue();
        NowUs = first.AtUs;
        Happened++;
        action();
        return true;
    }
}
