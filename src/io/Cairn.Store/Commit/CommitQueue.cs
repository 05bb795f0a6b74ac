using Cairn.Store.Devices;
using Cairn.Store.Engine;
using Cairn.Store.Segments;
using Cairn.Store.Wal;

namespace Cairn.Store.Commit;

/// <summary>
/// Makes transactions durable in the order they were applied: one thread gathers what has queued into a WAL batch, writes it with one sync,
/// and tells the sinks. While a batch is being written the next gathers: group commit. Bulk data goes to segments before, by a thread of its own.
/// </summary>
internal sealed class CommitQueue : IAsyncDisposable
{
    private readonly EngineContext _engine;
    private readonly WalWriter _wal;
    private readonly BulkWriter _bulk;
    private readonly Action _committed;

    /// <summary>Guards the queue alone, for moments: a submitter holds the store's lock meanwhile.</summary>
    private readonly object _lock = new();
    private readonly Queue<PendingTransaction> _queue = [];
    private readonly List<PendingTransaction> _batch = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isIdle;
    private bool _stopping;
    private bool _hasEnded;
    private int _inFlight;
    private long _inFlightBytes;
    private long _walBytes;
    private long _bytesWritten;
    private ulong _durableSequence;

    /// <summary>The WAL's last batch has none behind it yet that tells its damage from a torn write. The commit thread's own.</summary>
    private bool _unsealed;

    /// <param name="committed">Called after each batch, without locks.</param>
    public CommitQueue(EngineContext engine, Action committed)
    {
        _engine = engine;
        _committed = committed;
        _wal = new WalWriter(engine.Superblock.Salt, engine.Superblock.WalFileBytes, engine.WalFiles);
        _durableSequence = engine.Sequence;
        _walBytes = engine.WalFiles.InUseBytes;
        _unsealed = _walBytes > 0;
        Pool = new PendingPool(engine.Buffers);
        _bulk = new BulkWriter(syncs: !engine.Storage.SyncsAsOne, BulkWritten, Stop);
        new Thread(Run) { IsBackground = true, Name = "store-commit" }.Start();
    }

    public PendingPool Pool { get; }

    public int RecordBytesMax => _wal.RecordBytesMax;

    /// <summary>Bytes submitted and not durable yet. Grows under the store's lock only, like the count.</summary>
    public long InFlightBytes => Volatile.Read(ref _inFlightBytes);

    public int InFlight => Volatile.Read(ref _inFlight);

    public ulong DurableSequence => Volatile.Read(ref _durableSequence);

    /// <summary>WAL bytes since the last checkpoint froze.</summary>
    public long WalBytes => Volatile.Read(ref _walBytes);

    /// <summary>Bytes written to WAL and segments by commits, ever.</summary>
    public long BytesWritten => Volatile.Read(ref _bytesWritten);

    private int BatchBytesMax => Math.Min(2 << 20, _wal.RecordBytesMax);

    /// <summary>A checkpoint froze: the WAL from here on counts towards the next.</summary>
    public void CountWalFromHere() => Volatile.Write(ref _walBytes, 0);

    /// <summary>Under the store's lock, so that the queue has the order of the sequences.</summary>
    /// <param name="more">The submitter has more at hand, and calls <see cref="Kick"/> when it has no more.</param>
    public void Enqueue(PendingTransaction transaction, bool more)
    {
        Interlocked.Add(ref _inFlightBytes, transaction.Bytes);
        Interlocked.Increment(ref _inFlight);
        bool hasBulk = !transaction.Bulk.IsEmpty;
        lock (_lock)
        {
            if (_hasEnded)
            {
                throw _engine.Failed.IsCompleted ? _engine.Failed.Result : new StoreFailedException("the store was closed");
            }

            transaction.BulkIsWritten = !hasBulk;
            _queue.Enqueue(transaction);
            if (!more && _isIdle && !hasBulk)
            {
                _isIdle = false;
                Monitor.Pulse(_lock);
            }
        }

        if (hasBulk)
        {
            _bulk.Enqueue(transaction);
        }
    }

    /// <summary>What was enqueued with more to come is to be written now.</summary>
    public void Kick()
    {
        if (!Volatile.Read(ref _isIdle))
        {
            return;
        }

        lock (_lock)
        {
            if (_isIdle && _queue.TryPeek(out PendingTransaction? first) && first.BulkIsWritten)
            {
                _isIdle = false;
                Monitor.Pulse(_lock);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Stop(null);
        await _ended.Task;
        await _bulk.DisposeAsync();
        _wal.Dispose();
    }

    private void Stop(Exception? failure)
    {
        if (failure is not null)
        {
            _engine.Fail(failure);
        }

        lock (_lock)
        {
            _stopping = true;
            Monitor.Pulse(_lock);
        }
    }

    private void BulkWritten(List<PendingTransaction> transactions)
    {
        lock (_lock)
        {
            transactions.ForEach(static t => t.BulkIsWritten = true);
            Monitor.Pulse(_lock);
        }
    }

    private void Run()
    {
        try
        {
            while (Take())
            {
                if (_batch.Count == 0)
                {
                    Seal();
                    continue;
                }

                Write();
                Tell();
                Pool.Return(_batch);
                _committed();
            }
        }
        catch (Exception e)
        {
            Stop(e);
        }
        finally
        {
            Abandon();
            _ended.SetResult();
        }
    }

    /// <returns>False: there is nothing more to do. An empty batch: the WAL has been idle long enough to seal it.</returns>
    private bool Take()
    {
        lock (_lock)
        {
            while (!_queue.TryPeek(out PendingTransaction? first) || !first.BulkIsWritten)
            {
                // A stop lets what has been submitted become durable, unless the disk failed.
                if (_stopping && (_queue.Count == 0 || _engine.HasFailed))
                {
                    return _unsealed && !_engine.HasFailed;
                }

                _isIdle = true;
                bool isPulsed = Monitor.Wait(_lock, _unsealed ? _engine.Options.WalSealAfter : Timeout.InfiniteTimeSpan);
                _isIdle = false;
                if (!isPulsed && _queue.Count == 0)
                {
                    return !_engine.HasFailed;
                }
            }

            if (_engine.HasFailed)
            {
                return false;
            }

            int bytes = 0;
            while (_queue.TryPeek(out PendingTransaction? next) && next.BulkIsWritten && (_batch.Count == 0 || bytes + next.RecordBytes < BatchBytesMax))
            {
                bytes += next.RecordBytes + 5;
                _batch.Add(_queue.Dequeue());
            }

            return true;
        }
    }

    private void Write()
    {
        _wal.Begin();
        long bytes = 0;
        bool hasBulk = false;
        foreach (PendingTransaction transaction in _batch)
        {
            Span<byte> record = _wal.Append(transaction.RecordBytes);
            ReadOnlySpan<byte> head = transaction.Record.WrittenSpan;
            head.CopyTo(record);
            transaction.CopyStaged(record[head.Length..]);
            bytes += transaction.Bytes;
            hasBulk |= !transaction.Bulk.IsEmpty;
        }

        int written = _wal.Commit(_batch[0].Sequence);
        _unsealed = true;
        Interlocked.Add(ref _walBytes, written);
        Interlocked.Add(ref _bytesWritten, written);
        Volatile.Write(ref _durableSequence, _batch[^1].Sequence);
        if (hasBulk)
        {
            lock (_engine.Gate)
            {
                ForgetAppends();
            }
        }

        Interlocked.Add(ref _inFlightBytes, -bytes);
        Interlocked.Add(ref _inFlight, -_batch.Count);
        _engine.NotifyWaiters();
    }

    /// <summary>
    /// An empty batch behind the last: that one is thereby known to have been whole, and a bit that flips in it later is damage, not the
    /// torn end of the log. A busy WAL needs none, for its next batch says the same.
    /// </summary>
    private void Seal()
    {
        _wal.Begin();
        int written = _wal.Commit(DurableSequence + 1);
        _unsealed = false;
        Interlocked.Add(ref _walBytes, written);
        Interlocked.Add(ref _bytesWritten, written);
    }

    /// <summary>Reads may take bulk data from the disk from now on.</summary>
    private void ForgetAppends()
    {
        foreach (PendingTransaction transaction in _batch)
        {
            foreach (PendingAppend append in transaction.Appends)
            {
                append.Segment.Pending.Remove(append);
                Interlocked.Add(ref _bytesWritten, AlignedBuffer.RoundUp(append.Length));
            }
        }
    }

    private void Tell()
    {
        WaiterBatch? waiters = null;
        foreach (PendingTransaction transaction in _batch)
        {
            if (transaction.Sink is CommitWaiter waiter)
            {
                (waiters ??= WaiterBatch.Rent()).Add(waiter);
            }
            else
            {
                transaction.Sink.Committed(transaction.Pg, transaction.Token);
            }
        }

        waiters?.Queue();
    }

    /// <summary>Nothing is written any more: whoever waits is told so.</summary>
    private void Abandon()
    {
        lock (_lock)
        {
            _hasEnded = true;
            _batch.AddRange(_queue);
            _queue.Clear();
        }

        foreach (CommitWaiter waiter in _batch.Select(static t => t.Sink).OfType<CommitWaiter>())
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => waiter.Fail(_engine.Failed.Result), null);
        }
    }
}
