using Cairn.Store.Commit;
using Cairn.Store.Engine;
using Cairn.Store.Index;
using Cairn.Store.Layout;

namespace Cairn.Store.Maintenance;

/// <summary>
/// Makes the index durable as of one transaction, so that the WAL before it can go: freeze, write what changed as a run, then a manifest that
/// names the run and where the WAL begins.
/// </summary>
internal sealed class Checkpointer(EngineContext engine, CommitQueue commits, RunNumbers numbers)
{
    private const int RecordsPerHold = 128;
    private const int OnodesPerHold = 16;

    public long BytesWritten { get; private set; }

    public void Run()
    {
        Manifest old = engine.Manifest;
        ulong checkpoint = old.Checkpoint + 1;
        ulong sequence;
        ulong walFrom;
        lock (engine.Gate)
        {
            engine.Catalog.Freeze();
            engine.Segments.MarkDead(checkpoint);
            sequence = engine.Sequence;
            walFrom = Math.Min(engine.Staging.OldestSequence ?? ulong.MaxValue, sequence + 1);
            commits.CountWalFromHere();
        }

        IndexRun run = WriteRun(numbers.Next());
        WaitDurable(sequence);
        (ulong walFile, ulong walSequence) = engine.WalFiles.StartFor(walFrom);
        IReadOnlyList<IndexRun> runs = run.Entries > 0 ? [.. old.Runs, run] : old.Runs;
        engine.Publish(new Manifest(checkpoint, sequence, walFile, walSequence, numbers.Free, runs));
        if (run.Entries == 0)
        {
            engine.Storage.Delete(RunFormat.NameOf(run.Id));
        }

        lock (engine.Gate)
        {
            engine.Index.Thaw();
            engine.Segments.FreeDead(checkpoint);
            Monitor.PulseAll(engine.Gate);
        }

        engine.WalFiles.Recycle(walFile);
    }

    /// <summary>At a clean stop: when all is in the checkpoint, the next start needs none of the WAL.</summary>
    public static void LeaveWalBehind(EngineContext engine)
    {
        Manifest last = engine.Manifest;
        if (last.Sequence == engine.Sequence && engine.Staging.Count == 0)
        {
            ulong next = engine.WalFiles.Current + 1;
            Manifest left = last with { WalFile = next, WalSequence = last.Sequence + 1 };
            engine.Publish(left);
            engine.WalFiles.RecycleAll();
        }
    }

    private IndexRun WriteRun(ulong id)
    {
        bool more = true;
        while (more)
        {
            lock (engine.Gate)
            {
                more = engine.Catalog.WriteFrozen(OnodesPerHold);
            }
        }

        engine.Index.SortFrozen();
        using var writer = new RunWriter(engine.Storage, id);
        more = true;
        while (more)
        {
            lock (engine.Gate)
            {
                for (more = true; more && !writer.BlockIsFull;)
                {
                    more = engine.Index.WriteFrozen(writer, RecordsPerHold);
                    if (more)
                    {
                        break; // Let others in between.
                    }
                }
            }

            writer.WriteFullBlocks();
        }

        IndexRun run = writer.Finish();
        BytesWritten += run.Bytes;
        return run;
    }

    /// <summary>The checkpoint may not hold what the WAL could still lose: the order of a PG's transactions would break.</summary>
    private void WaitDurable(ulong sequence)
    {
        lock (engine.Gate)
        {
            using EngineContext.Wait wait = engine.BeginWait();
            while (commits.DurableSequence < sequence)
            {
                engine.ThrowIfFailed();
                Monitor.Wait(engine.Gate);
            }
        }
    }
}
