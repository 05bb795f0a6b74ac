using Cairn.Store.Commit;
using Cairn.Store.Devices;
using Cairn.Store.Engine;
using Cairn.Store.Index;
using Cairn.Store.Segments;
using Cairn.Store.Transactions;

namespace Cairn.Store.Maintenance;

/// <summary>One thread for everything that keeps the store in shape: destaging, checkpoints, cleaning, the index's own compaction. Woken by need.</summary>
internal sealed class MaintenanceLoop : IAsyncDisposable
{
    private readonly EngineContext _engine;
    private readonly CommitQueue _commits;
    private readonly Destager _destager;
    private readonly Cleaner _cleaner;
    private readonly Checkpointer _checkpointer;
    private readonly RunMerge _merge;
    private readonly object _wake = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<TaskCompletionSource> _checkpointWaiters = [];

    /// <summary>Waiters of the round that runs. The loop's own.</summary>
    private readonly List<TaskCompletionSource> _underWay = [];
    private volatile bool _stopping;
    private bool _isWoken;
    private bool _hasEnded;
    private TransactionIntake? _intake;
    private long _garbageLeft;

    public MaintenanceLoop(EngineContext engine, CommitQueue commits)
    {
        _engine = engine;
        _commits = commits;
        _destager = new Destager(engine);
        _cleaner = new Cleaner(engine);
        var numbers = new RunNumbers(engine.Manifest.NextRun);
        _checkpointer = new Checkpointer(engine, commits, numbers);
        _merge = new RunMerge(engine, numbers);
    }

    public long BytesWritten => _destager.BytesWritten + _cleaner.BytesWritten + _checkpointer.BytesWritten + _merge.BytesWritten;

    public Task Ended => _ended.Task;

    public void Start(TransactionIntake intake)
    {
        _intake = intake;
        new Thread(Run) { IsBackground = true, Name = "store-maintenance" }.Start();
    }

    /// <summary>Called after each commit and by waiters: cheap when there is nothing to do.</summary>
    public void WakeIfNeeded()
    {
        if (NeedsWork)
        {
            Wake();
        }
    }

    /// <summary>Safe also after the loop has ended: the commits that are let finish at a stop call it.</summary>
    public void Wake()
    {
        lock (_wake)
        {
            _isWoken = true;
            Monitor.Pulse(_wake);
        }
    }

    /// <summary>Completes when everything applied before the call is in a durable checkpoint.</summary>
    public Task CheckpointAsync()
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_checkpointWaiters)
        {
            if (_hasEnded)
            {
                waiter.SetException(EndedEarly());
                return waiter.Task;
            }

            _checkpointWaiters.Add(waiter);
        }

        Wake();
        return waiter.Task;
    }

    /// <summary>Ends after the work under way. Does not checkpoint.</summary>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        Wake();
        await _ended.Task;
        _destager.Dispose();
        _cleaner.Dispose();
        _merge.Dispose();
    }

    /// <summary>In bytes, or in number: if the onodes leave their cache before their data is moved, each is encoded twice.</summary>
    private bool StagedIsMuch => StagedIsAbove(_engine.StagedBytesMax / 2, _engine.Options.OnodesCached / 2);

    private bool WalIsLong => _commits.WalBytes > _engine.WalBytesMax;

    /// <summary>
    /// Cleaning starts before the cleaner's own slots are all that is free: others need room meanwhile. Not much before, since what is kept
    /// free makes the rest fuller, and cleaning it dearer.
    /// </summary>
    private bool FreeIsScarce =>
        _engine.Segments.FreeSlots < Math.Max(4, Math.Min(_engine.Segments.SlotCount / 8, _engine.Segments.SlotsForCleaning + 2 + _engine.Segments.SlotCount / 64));

    /// <summary>A round of cleaning that gained nothing is not repeated before there is more to gain.</summary>
    private bool CleaningPays => FreeIsScarce && _engine.Segments.GarbageBytes > Volatile.Read(ref _garbageLeft) + _engine.Segments.SegmentBytes;

    private bool NeedsWork =>
        StagedIsMuch || WalIsLong || CleaningPays || _engine.Index.ChangesOutgrowMemory || _engine.Index.NeedsCompaction
        || !_engine.WalFiles.NextIsReady || _engine.Segments.WantsPreparing || _engine.Segments.WantsCheckpoint;

    private void Run()
    {
        try
        {
            while (!_stopping && !_engine.HasFailed)
            {
                Round();
                if (!_merge.IsUnderWay && !_engine.Index.NeedsCompaction)
                {
                    WaitForWake();
                }
            }
        }
        catch (Exception e)
        {
            _engine.Fail(e);
        }
        finally
        {
            lock (_checkpointWaiters)
            {
                _hasEnded = true;
            }

            _underWay.AddRange(TakeWaiters());
            _underWay.ForEach(waiter => waiter.TrySetException(EndedEarly()));
            _ended.SetResult();
        }
    }

    private void WaitForWake()
    {
        lock (_wake)
        {
            while (!_isWoken)
            {
                Monitor.Wait(_wake);
            }

            _isWoken = false;
        }
    }

    private void Round()
    {
        if (!_engine.Segments.WantsCheckpoint)
        {
            PrepareSegment();
        }

        _engine.WalFiles.PrepareNext();
        DestageSome();

        bool scarce = FreeIsScarce;
        int freeBefore = _engine.Segments.FreeSlots;
        if (scarce)
        {
            Clean();
        }

        _underWay.AddRange(TakeWaiters());
        if (WalIsLong || scarce || _engine.Segments.WantsCheckpoint || _engine.Index.ChangesOutgrowMemory || _underWay.Count > 0)
        {
            Checkpoint();
            _underWay.ForEach(static w => w.TrySetResult());
            _underWay.Clear();
        }

        _merge.Step();
        if (_engine.Index.NeedsCompaction)
        {
            _engine.Index.Compact(_engine.Gate, IsGone);
        }

        lock (_engine.Gate)
        {
            bool gained = !scarce || _engine.Segments.FreeSlots > freeBefore;
            Volatile.Write(ref _garbageLeft, gained ? 0 : _engine.Segments.GarbageBytes);
            _engine.Index.GrowIfCrowded();
            _intake!.MaintenanceRounds++;
            Monitor.PulseAll(_engine.Gate);
        }
    }

    private bool StagedIsAbove(long bytes, int count) => _engine.Staging.MemoryBytes > bytes || _engine.Staging.Count > count;

    private bool IsGone(IndexKey key, ReadOnlySpan<byte> value)
    {
        lock (_engine.Gate)
        {
            return _engine.Catalog.IsGoneMeta(key, value);
        }
    }

    private void DestageSome()
    {
        if (StagedIsMuch)
        {
            // Some of it only: a little now and then delays commits less than much at once.
            _destager.Run(ulong.MaxValue, () => !StagedIsAbove(_engine.StagedBytesMax * 3 / 8, _engine.Options.OnodesCached * 3 / 8));
        }
    }

    private void Checkpoint()
    {
        ulong sequence;
        lock (_engine.Gate)
        {
            sequence = _engine.Sequence;
        }

        _destager.Run(sequence, static () => false);
        _checkpointer.Run();
    }

    /// <summary>A segment file ready before it is needed: making one can wait for the file system's journal, and so for others' writes.</summary>
    private void PrepareSegment()
    {
        Segment? segment;
        lock (_engine.Gate)
        {
            segment = _engine.Segments.TakeForPreparing();
        }

        if (segment is null)
        {
            return;
        }

        IBlockFile? file = null;
        try
        {
            file = _engine.Segments.PrepareFile(segment);
        }
        catch (DiskFullException)
        {
            // Fewer segments than planned: the table is told below.
        }

        lock (_engine.Gate)
        {
            _engine.Segments.GiveBack(segment, file);
        }
    }

    /// <summary>Segments that are dead already only wait for a checkpoint; if they are enough, nothing needs to be moved.</summary>
    private void Clean()
    {
        bool enough;
        lock (_engine.Gate)
        {
            enough = _engine.Segments.DeadCount > _engine.Segments.SlotCount / 16;
        }

        if (!enough)
        {
            _cleaner.Run();
        }
    }

    private StoreFailedException EndedEarly() =>
        _engine.Failed.IsCompleted ? new StoreFailedException(_engine.Failed.Result.Message, _engine.Failed.Result) : new StoreFailedException("the store was closed");

    private List<TaskCompletionSource> TakeWaiters()
    {
        lock (_checkpointWaiters)
        {
            List<TaskCompletionSource> waiters = [.. _checkpointWaiters];
            _checkpointWaiters.Clear();
            return waiters;
        }
    }
}
