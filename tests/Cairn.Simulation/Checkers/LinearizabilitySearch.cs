using Cairn.Simulation.History;

namespace Cairn.Simulation.Checkers;

/// <summary>
/// Looks for an order of one object's operations that keeps every operation between its call and its answer and that the sequential
/// object could have gone through. Operations without an answer may be anywhere after their call, or nowhere.
/// </summary>
/// <remarks>Source: Wing and Gong 1993, with Lowe's memory of states seen ("Testing for linearizability", 2016), as in Porcupine.</remarks>
public sealed class LinearizabilitySearch
{
    private readonly IReadOnlyList<Operation> _operations;
    private readonly Node _head = new(-1, isCall: false);
    private readonly ulong[] _done;
    private readonly Dictionary<Configuration, bool> _seen = [];
    private int _answeredLeft;

    public LinearizabilitySearch(IReadOnlyList<Operation> operations)
    {
        _operations = operations;
        _done = new ulong[(operations.Count + 63) / 64];
        _answeredLeft = operations.Count(static o => o.IsAnswered);
        LinkEvents();
    }

    /// <summary>The most operations that some order explained: where people start to look.</summary>
    public int LongestPrefix { get; private set; }

    /// <returns>True or false; null if the search was given up after that many steps.</returns>
    public bool? Run(long stepsMax)
    {
        var taken = new Stack<(Node Call, ObjectValue Before)>();
        ObjectValue state = ObjectValue.Absent;
        Node? at = _head.Next;
        for (long step = 0; _answeredLeft > 0; step++)
        {
            if (step == stepsMax)
            {
                return null;
            }

            if (at is { IsCall: true })
            {
                if (SequentialObject.Apply(state, _operations[at.Operation]) is { } after && TrySee(at.Operation, after))
                {
                    taken.Push((at, state));
                    state = after;
                    Take(at);
                    LongestPrefix = Math.Max(LongestPrefix, taken.Count);
                    at = _head.Next;
                }
                else
                {
                    at = at.Next;
                }

                continue;
            }

            // An answer before which its operation has found no place, or the end: the last choice was wrong.
            if (!taken.TryPop(out (Node Call, ObjectValue Before) last))
            {
                return false;
            }

            state = last.Before;
            PutBack(last.Call);
            at = last.Call.Next;
        }

        return true;
    }

    private void LinkEvents()
    {
        var events = new List<(long AtUs, bool IsAnswer, Node Node)>();
        for (int i = 0; i < _operations.Count; i++)
        {
            var call = new Node(i, isCall: true);
            events.Add((_operations[i].InvokedUs, false, call));
            if (_operations[i].IsAnswered)
            {
                call.Answer = new Node(i, isCall: false);
                events.Add((_operations[i].AnsweredUs, true, call.Answer));
            }
        }

        Node last = _head;
        foreach (var (_, _, node) in events.OrderBy(static e => e.AtUs).ThenBy(static e => e.IsAnswer))
        {
            last.Next = node;
            node.Previous = last;
            last = node;
        }
    }

    private bool TrySee(int operation, ObjectValue after)
    {
        ulong[] done = [.. _done];
        done[operation / 64] |= 1UL << (operation % 64);
        return _seen.TryAdd(new Configuration(done, after), true);
    }

    private void Take(Node call)
    {
        _done[call.Operation / 64] |= 1UL << (call.Operation % 64);
        Unlink(call);
        if (call.Answer is { } answer)
        {
            Unlink(answer);
            _answeredLeft--;
        }
    }

    private void PutBack(Node call)
    {
        if (call.Answer is { } answer)
        {
            Relink(answer);
            _answeredLeft++;
        }

        Relink(call);
        _done[call.Operation / 64] &= ~(1UL << (call.Operation % 64));
    }

    private static void Unlink(Node node)
    {
        node.Previous!.Next = node.Next;
        if (node.Next is { } next)
        {
            next.Previous = node.Previous;
        }
    }

    private static void Relink(Node node)
    {
        node.Previous!.Next = node;
        if (node.Next is { } next)
        {
            next.Previous = node;
        }
    }

    private sealed class Node(int operation, bool isCall)
    {
        public int Operation => operation;

        public bool IsCall => isCall;

        public Node? Answer { get; set; }

        public Node? Next { get; set; }

        public Node? Previous { get; set; }
    }

    /// <summary>Which operations are done, and what they left.</summary>
    private readonly struct Configuration(ulong[] done, ObjectValue state) : IEquatable<Configuration>
    {
        private readonly ulong[] _done = done;
        private readonly ObjectValue _state = state;

        public bool Equals(Configuration other) => _done.AsSpan().SequenceEqual(other._done) && _state.Equals(other._state);

        public override bool Equals(object? obj) => obj is Configuration other && Equals(other);

        public override int GetHashCode()
        {
            ulong hash = (ulong)_state.GetHashCode();
            foreach (ulong word in _done)
            {
                hash = (hash ^ word) * 0x9e3779b97f4a7c15;
                hash ^= hash >> 29;
            }

            return (int)hash;
        }
    }
}
