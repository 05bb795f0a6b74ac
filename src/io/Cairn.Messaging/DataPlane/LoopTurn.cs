namespace Cairn.Messaging.DataPlane;

/// <summary>Work that a turn of a loop may carry out at its end, instead of another thread.</summary>
public interface ITurnWork : IThreadPoolWorkItem
{
    /// <summary>Does the work, or hands it to the pool if it has become too much for a guest on this thread.</summary>
    void RunInTurn();
}

/// <summary>
/// A turn of a loop: what the loop does with what it has at hand, before it waits again. Work set going meanwhile (a connection that has
/// something to send, a shard that has something to do) is kept, and done at the turn's end by the same thread: once for all that
/// gathered, and without waking another thread, which costs more than most of such work. Sending comes last.
/// </summary>
/// <remarks>A thread in a turn must not wait for what it set going. Measured: see the README.</remarks>
public static class LoopTurn
{
    [ThreadStatic]
    private static State? t_state;

    /// <summary>Begins a turn on this thread. Between it and <see cref="End"/> nothing may be awaited.</summary>
    public static void Begin() => (t_state ??= new State()).Depth++;

    /// <summary>Ends the turn: does what was deferred, and what that defers in its turn.</summary>
    public static void End()
    {
        State state = t_state!;
        if (state.Depth > 1)
        {
            state.Depth--;
            return;
        }

        try
        {
            // Still in the turn while the work runs: what a shard has to send is then sent when the shard is done.
            for (int sent = 0; state.Work.Count > 0 || sent < state.Sends.Count; sent++)
            {
                DoWork();
                if (sent < state.Sends.Count)
                {
                    state.Sends[sent].RunInTurn();
                }
            }
        }
        finally
        {
            state.Sends.Clear();
            state.Depth = 0;
        }
    }

    /// <summary>Leaves work to the end of this thread's turn.</summary>
    /// <returns>False: the thread is in no turn.</returns>
    public static bool TryDefer(ITurnWork work) => TryAdd(work, isSend: false);

    /// <summary>Leaves sending to the end of this thread's turn, when all work is done.</summary>
    /// <returns>False: the thread is in no turn.</returns>
    internal static bool TryDeferSend(ITurnWork send) => TryAdd(send, isSend: true);

    /// <summary>Does the work that was deferred, and leaves the sending for later.</summary>
    internal static void DoWork()
    {
        List<ITurnWork> work = t_state!.Work;
        try
        {
            for (int i = 0; i < work.Count; i++)
            {
                work[i].RunInTurn();
            }
        }
        finally
        {
            work.Clear();
        }
    }

    private static bool TryAdd(ITurnWork work, bool isSend)
    {
        if (t_state is not { Depth: > 0 } state)
        {
            return false;
        }

        (isSend ? state.Sends : state.Work).Add(work);
        return true;
    }

    private sealed class State
    {
        public int Depth { get; set; }

        public List<ITurnWork> Work { get; } = [];

        public List<ITurnWork> Sends { get; } = [];
    }
}
