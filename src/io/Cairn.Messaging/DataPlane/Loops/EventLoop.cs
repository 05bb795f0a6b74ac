using System.Collections.Concurrent;
using System.Globalization;

namespace Cairn.Messaging.DataPlane.Loops;

/// <summary>
/// One thread that waits for sockets and does what they bring. Each round is a <see cref="LoopTurn"/>: all that is readable is received and
/// handled first, then the work this set going is done once, then everything it has to say is sent. Other threads give it work with
/// <see cref="Queue"/>, and wake it only when it sleeps. It lives as long as the process.
/// </summary>
/// <remarks>
/// .NET's own sockets take two threads and some ten futex calls to deliver one packet (its epoll thread, then a pool thread with its
/// semaphore); here it is the return of one epoll_wait. Whatever blocks this thread blocks its sockets.
/// </remarks>
public sealed class EventLoop
{
    private const int EventsPerRound = 256;
    private const int WorkPerRound = 1024;

    /// <summary>Looks at the sockets before what is at hand is answered: answers must not wait for ever for others.</summary>
    private const int LooksMax = 4;
    private const ulong WakerSlot = ulong.MaxValue;

    private const int ConnectingMax = 4;

    private static readonly Lazy<EventLoop>[] s_connecting =
    [
        .. Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount / 2, 1, ConnectingMax))
            .Select(static i => new Lazy<EventLoop>(() => new EventLoop(string.Create(CultureInfo.InvariantCulture, $"data-out-{i}")))),
    ];

    private static readonly Lazy<EventLoop> s_accepting = new(static () => new EventLoop("data-in"));

    private static uint s_clients;

    [ThreadStatic]
    private static EventLoop? t_current;

    private readonly int _epoll = Epoll.Create();
    private readonly int _waker = Epoll.CreateWaker();
    private readonly ConcurrentQueue<ITurnWork> _work = new();
    private readonly Lock _lock = new();
    private readonly Stack<int> _freeSlots = new();
    private LoopChannel?[] _channels = new LoopChannel?[16];
    private uint[] _generations = new uint[16];
    private int _slotsUsed;
    private int _mayBeAsleep;

    public EventLoop(string name)
    {
        Epoll.Register(_epoll, _waker, Epoll.Readable | Epoll.EdgeTriggered, WakerSlot);
        new Thread(Run) { IsBackground = true, Name = name }.Start();
    }

    /// <summary>A loop for the connections of one more client of this process: they are spread over a few.</summary>
    public static EventLoop NextConnecting() => s_connecting[Interlocked.Increment(ref s_clients) % (uint)s_connecting.Length].Value;

    /// <summary>The process's loop for connections it accepts, until their owner moves them to another.</summary>
    public static EventLoop Accepting => s_accepting.Value;

    /// <summary>Whether the calling thread is the loop's.</summary>
    public bool IsCurrent => t_current == this;

    /// <summary>Has the loop's thread do the work, in its next round.</summary>
    public void Queue(ITurnWork work)
    {
        _work.Enqueue(work);
        if (Interlocked.Exchange(ref _mayBeAsleep, 0) != 0)
        {
            DataPlaneCounters.CountWake();
            Epoll.Wake(_waker);
        }
    }

    /// <returns>The slot, to be removed from.</returns>
    internal ulong Add(LoopChannel channel, int descriptor)
    {
        ulong data;
        lock (_lock)
        {
            if (!_freeSlots.TryPop(out int slot))
            {
                slot = _slotsUsed++;
                if (slot == _channels.Length)
                {
                    // The generations first: a channel found in the new array has its generation there.
                    Array.Resize(ref _generations, slot * 2);
                    LoopChannel?[] larger = new LoopChannel?[slot * 2];
                    _channels.CopyTo(larger, 0);
                    Volatile.Write(ref _channels, larger);
                }
            }

            data = ((ulong)++_generations[slot] << 32) | (uint)slot;
            Volatile.Write(ref _channels[slot], channel);
        }

        Epoll.Register(
            _epoll, descriptor, Epoll.Readable | Epoll.Writable | Epoll.PeerHungUp | Epoll.EdgeTriggered, data);
        return data;
    }

    internal void Remove(ulong data, int descriptor)
    {
        Epoll.Unregister(_epoll, descriptor);
        lock (_lock)
        {
            int slot = (int)(uint)data;
            Volatile.Write(ref _channels[slot], null);
            _generations[slot]++;
            _freeSlots.Push(slot);
        }
    }

    private void Run()
    {
        t_current = this;
        byte[] events = new byte[EventsPerRound * Epoll.EventBytes];
        while (true)
        {
            Interlocked.Exchange(ref _mayBeAsleep, 1);
            int count = Epoll.Wait(_epoll, events, _work.IsEmpty ? Timeout.Infinite : 0);
            Volatile.Write(ref _mayBeAsleep, 0);
            DataPlaneCounters.CountRound();
            LoopTurn.Begin();
            Do(events, count);
            // To send wakes the receiver, which costs more than all else here: what has come meanwhile is answered with the same calls.
            for (int looks = 0; looks < LooksMax && (count = Epoll.Wait(_epoll, events, 0)) > 0; looks++)
            {
                Do(events, count);
            }

            LoopTurn.End();
        }
    }

    /// <summary>Everything but the sending.</summary>
    private void Do(ReadOnlySpan<byte> events, int count)
    {
        for (int i = 0; i < count; i++)
        {
            (uint happened, ulong data) = Epoll.EventAt(events, i);
            // The waker's count is left to grow: edge-triggered, it is an event each time it does.
            if (data != WakerSlot)
            {
                Find(data)?.OnReady(happened);
            }
        }

        // What this work queues is for the next round: others have their turn between.
        for (int left = Math.Min(_work.Count, WorkPerRound); left > 0 && _work.TryDequeue(out ITurnWork? work); left--)
        {
            work.RunInTurn();
        }

        LoopTurn.DoWork();
    }

    // An event may be older than its channel's end, and the slot another's by now.
    private LoopChannel? Find(ulong data)
    {
        int slot = (int)(uint)data;
        LoopChannel? channel = Volatile.Read(ref Volatile.Read(ref _channels)[slot]);
        return Volatile.Read(ref _generations[slot]) == (uint)(data >> 32) ? channel : null;
    }
}
