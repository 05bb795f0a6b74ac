using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Pg.Effects;

namespace Cairn.Pg.Storage;

/// <summary>What must follow the durability of each transaction submitted, in order.</summary>
internal sealed class DurabilityQueue(PgCore pg)
{
    private readonly Queue<Waiting> _waiting = [];
    private readonly Queue<(StoreTransaction Transaction, Waiting Waiting)> _held = [];
    private readonly Dictionary<ulong, Action> _elsewhere = [];
    private ulong _lastToken;
    private ulong _interval;
    private int _holds;

    public int Count => _waiting.Count + _held.Count;

    /// <summary>A split is not on stable media yet, nor what this PG begins with, if it splits off.</summary>
    public bool IsHeld => _holds > 0;

    public void EndInterval() => _interval++;

    /// <summary>Submits nothing until as many <see cref="Release"/>s: a split must reach stable media first.</summary>
    public void Hold() => _holds++;

    public void Release()
    {
        _holds--;
        while (_holds == 0 && _held.TryDequeue(out var held))
        {
            Submit(held.Transaction, held.Waiting);
        }
    }

    /// <param name="then">Done when durable, unless the interval ended before.</param>
    public void Persist(StoreTransaction transaction, Action? then) => Add(transaction, new Waiting(0, _interval, default, then));

    /// <param name="then">Done when durable, whatever happened meanwhile.</param>
    public void PersistFinally(StoreTransaction transaction, Action then) => Add(transaction, new Waiting(0, ulong.MaxValue, default, then));

    /// <summary>For the write path, which needs no more than the version.</summary>
    public void PersistWrite(StoreTransaction transaction, Eversion version) => Add(transaction, new Waiting(0, _interval, version, null));

    /// <summary>Into a child's collection, held or not. Durable in no order with the rest.</summary>
    public void PersistElsewhere(StoreTransaction transaction, PgId collection, Action then)
    {
        _elsewhere.Add(++_lastToken, then);
        pg.Effects.Add(new Persist(transaction, _lastToken, collection));
    }

    public void OnPersisted(ulong token)
    {
        if (_elsewhere.Remove(token, out Action? thenElsewhere))
        {
            thenElsewhere();
            return;
        }

        Eversion written = default;
        while (_waiting.TryPeek(out Waiting next) && next.Token <= token)
        {
            _waiting.Dequeue();
            if (next.Interval != _interval && next.Interval != ulong.MaxValue)
            {
                continue;
            }

            if (next.Then is { } then)
            {
                Report(ref written); // In order: a write made before is acknowledged before.
                then();
            }
            else if (next.Version != default)
            {
                written = next.Version;
            }
        }

        Report(ref written);
    }

    private void Report(ref Eversion written)
    {
        if (written == default)
        {
            return;
        }

        if (pg.IsPrimary)
        {
            pg.Replication.OnDurableHere(written);
        }
        else
        {
            pg.Replica.OnDurable(written);
        }

        written = default;
    }

    private void Add(StoreTransaction transaction, Waiting waiting)
    {
        if (_holds > 0)
        {
            _held.Enqueue((transaction, waiting));
        }
        else
        {
            Submit(transaction, waiting);
        }
    }

    private void Submit(StoreTransaction transaction, Waiting waiting)
    {
        _waiting.Enqueue(waiting with { Token = ++_lastToken });
        pg.Effects.Add(new Persist(transaction, _lastToken));
    }

    private readonly record struct Waiting(ulong Token, ulong Interval, Eversion Version, Action? Then);
}
