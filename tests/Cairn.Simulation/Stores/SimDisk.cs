using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Simulation.Chance;
using Cairn.Simulation.Time;

namespace Cairn.Simulation.Stores;

/// <summary>A model store on simulated hardware: flushes, one after another, take time; what was submitted meanwhile goes with the next.</summary>
public sealed class SimDisk(EventQueue events, SeededRandom random, DiskOptions options)
{
    private readonly List<(ulong Ticket, Action Durable)> _waiting = [];
    private bool _flushing;
    private int _life;

    public ModelStore Store { get; } = new();

    /// <summary>Grows times that much slower, for a fault.</summary>
    public int Slowness { get; set; } = 1;

    public int WaitingCount => _waiting.Count;

    public void Submit(PgId pg, StoreTransaction transaction, Action durable)
    {
        _waiting.Add((Store.Submit(pg, transaction), durable));
        if (!_flushing)
        {
            StartFlush();
        }
    }

    /// <summary>Reads as of some moment between now and the answer.</summary>
    public void Read(PgId pg, ObjectId id, ulong offset, ulong length, Action<ReadOnlyMemory<byte>?, string?> answer)
    {
        int life = _life;
        bool early = random.Chance(0.5);
        (ReadOnlyMemory<byte>? Data, string? Error) result = early ? TryRead(pg, id, offset, length) : default;
        events.After(random.Between(20, options.ReadMaxUs) * Slowness, () =>
        {
            if (life == _life)
            {
                result = early ? result : TryRead(pg, id, offset, length);
                answer(result.Data, result.Error);
            }
        });
    }

    /// <summary>The process dies, and perhaps the power with it: nothing is answered any more.</summary>
    public void Crash()
    {
        _life++;
        _flushing = false;
        _waiting.Clear();
        Store.Crash(random.Below(Store.UnflushedCount + 1));
    }

    private (ReadOnlyMemory<byte>? Data, string? Error) TryRead(PgId pg, ObjectId id, ulong offset, ulong length)
    {
        try
        {
            return (Store.Read(pg, id, offset, length), null);
        }
        catch (ModelReadException e)
        {
            return (null, e.Message);
        }
    }

    private void StartFlush()
    {
        _flushing = true;
        int life = _life;
        int covered = _waiting.Count;
        long took = random.Chance(options.SlowShare)
            ? random.Between(options.FlushMaxUs, options.SlowFlushMaxUs)
            : random.Between(options.FlushMinUs, options.FlushMaxUs);
        events.After(took * Slowness, () =>
        {
            if (life == _life)
            {
                EndFlush(covered);
            }
        });
    }

    private void EndFlush(int covered)
    {
        List<(ulong Ticket, Action Durable)> done = _waiting.GetRange(0, covered);
        _waiting.RemoveRange(0, covered);
        Store.Flush(done[^1].Ticket);
        _flushing = false;
        if (_waiting.Count > 0)
        {
            StartFlush();
        }

        done.ForEach(static d => d.Durable());
    }
}
