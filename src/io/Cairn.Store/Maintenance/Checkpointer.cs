using Cairn.Store.Commit;
using Cairn.Store.Engine;
using Cairn.Store.Index;
using Cairn.Store.Layout;

namespace Cairn.Store.Maintenance;

/// <summary>
/// Makes the index durable as of one transaction, so that the WAL before it can go: freeze, write what changed as a run, then a manifest that
/// names the run and where the WAL begins. Merges runs when they are many.
/// </summary>
internal sealed class Checkpointer(EngineContext engine, CommitQueue commits)
{
    private const int RecordsPerHold = 128;
    private const int OnodesPerHold = 16;

    /// <summary>A run is merged with the newer ones once they are half its size: each record is rewritten a logarithmic number of times.</summary>
    private const int MergeRatio = 2;

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

        IndexRun run = WriteRun(old.NextRun);
        WaitDurable(sequence);
        (ulong walFile, ulong walSequence) = engine.WalFiles.StartFor(walFrom);
        IReadOnlyList<IndexRun> runs = run.Entries > 0 ? [.. old.Runs, run] : old.Runs;
        Publish(new Manifest(checkpoint, sequence, walFile, walSequence, old.NextRun + 1, runs));
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
        MergeRuns();
    }

    /// <summary>At a clean stop: when all is in the checkpoint, the next start needs none of the WAL.</summary>
    public static void LeaveWalBehind(EngineContext engine)
    {
        Manifest last = engine.Manifest;
        if (last.Sequence == engine.Sequence && engine.Staging.Count == 0)
        {
            ulong next = engine.WalFiles.Current + 1;
            Manifest left = last with { WalFile = next, WalSequence = last.Sequence + 1 };
            left.Write(engine.Storage);
            engine.Manifest = left;
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

    private void MergeRuns()
    {
        Manifest old = engine.Manifest;
        int first = old.Runs.Count - 1;
        long newer = 0;
        for (int i = old.Runs.Count - 1; i >= 0; i--)
        {
            if (old.Runs[i].Bytes <= newer * MergeRatio)
            {
                first = i;
            }

            newer += old.Runs[i].Bytes;
        }

        if (first >= old.Runs.Count - 1)
        {
            return;
        }

        List<IndexRun> inputs = [.. old.Runs.Skip(first)];
        IndexRun merged;
        using (var reader = new RunMerger(engine.Storage, inputs))
        using (var writer = new RunWriter(engine.Storage, old.NextRun))
        {
            while (reader.Next())
            {
                // Below the oldest run there is nothing that a removal would have to hide.
                if (!reader.Removed || first > 0)
                {
                    writer.Add(reader.Key, reader.Value, reader.Removed);
                    writer.WriteFullBlocks();
                }
            }

            merged = writer.Finish();
        }

        BytesWritten += merged.Bytes;
        Publish(old with { NextRun = old.NextRun + 1, Runs = [.. old.Runs.Take(first), merged] });
        inputs.ForEach(run => engine.Storage.Delete(RunFormat.NameOf(run.Id)));
    }

    private void Publish(Manifest manifest)
    {
        manifest.Write(engine.Storage);
        engine.Manifest = manifest;
    }
}
