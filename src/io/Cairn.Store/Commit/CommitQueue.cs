using Cairn.Store.Devices;
using Cairn.Store.Engine;
using Cairn.Store.Segments;
using Cairn.Store.Staging;
using Cairn.Store.Wal;

namespace Cairn.Store.Commit;

/// <summary>
/// Makes transactions durable in the order they were applied: one thread writes bulk data to segments, one gathers what has queued into
/// a WAL batch, writes it with one sync, and tells the sinks. While a batch is being written the next gathers: group commit.
/// </summary>
internal sealed class CommitQueue : IAsyncDisposable
{
    private readonly EngineContext _engine;
    private readonly WalWriter _wal;
    private readonly Action _committed;
    private readonly object _lock = new();
    private readonly Queue<BulkAppend> _bulk = [];
    private readonly TaskCompletionSource _walEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _bulkEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Queue<PendingTransaction> _queue = [];
    private bool _stopping;

    /// <summary>The WAL's last batch has none behind it yet that tells its damage from a torn write. The commit thread's own.</summary>
    private bool _unsealed;

    /// <param name="committed">Called after each batch, without locks.</param>
    public CommitQueue(EngineContext engine, Action committed)
    {
        _engine = engine;
        _committed = committed;
        _wal = new WalWriter(engine.Superblock.Salt, engine.Superblock.WalFileBytes, engine.WalFiles);
        DurableSequence = engine.Sequence;
        WalBytes = engine.WalFiles.InUseBytes;
        _unsealed = WalBytes > 0;
        new Thread(() => Run(BulkLoop, _bulkEnded)) { IsBackground = true, Name = "store-bulk" }.Start();
        new Thread(() => Run(WalLoop, _walEnded)) { IsBackground = true, Name = "store-commit" }.Start();
    }

    public int RecordBytesMax => _wal.RecordBytesMax;

    /// <summary>Under the store's lock, like the next two.</summary>
    public long InFlightBytes { get; private set; }

    public int InFlight { get; private set; }

    public ulong DurableSequence { get; private set; }

    /// <summary>WAL bytes since the last checkpoint froze.</summary>
    public long WalBytes { get; set; }

    /// <summary>Bytes written to WAL and segments by commits, ever.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>Under the store's lock, so that the queue has the order of the sequences.</summary>
    public void Enqueue(PendingTransaction transaction)
    {
        InFlightBytes += transaction.Bytes;
        InFlight++;
        lock (_lock)
        {
            _queue.Enqueue(transaction);
            if (transaction.Bulk is not null)
            {
                _bulk.Enqueue(transaction.Bulk);
            }

            Monitor.PulseAll(_lock);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _stopping = true;
            Monitor.PulseAll(_lock);
        }

        await _walEnded.Task;
        await _bulkEnded.Task;
        _wal.Dispose();
    }

    private void Run(Action loop, TaskCompletionSource ended)
    {
        try
        {
            loop();
        }
        catch (Exception e)
        {
            _engine.Fail(e);
            lock (_lock)
            {
                _stopping = true;
                Monitor.PulseAll(_lock);
            }
        }
        finally
        {
            ended.SetResult();
        }
    }

    private void BulkLoop()
    {
        var taken = new List<BulkAppend>();
        var files = new HashSet<IBlockFile>();
        while (true)
        {
            lock (_lock)
            {
                while (_bulk.Count == 0 && !_stopping)
                {
                    Monitor.Wait(_lock);
                }

                if (_bulk.Count == 0)
                {
                    return;
                }

                while (taken.Count < 4 && _bulk.TryDequeue(out BulkAppend? bulk))
                {
                    taken.Add(bulk);
                }
            }

            foreach (PendingAppend append in taken.SelectMany(b => b.Appends))
            {
                append.Segment.File!.Write(append.Position, append.Buffer.Span.Slice(append.BufferOffset, AlignedBuffer.RoundUp(append.Length)));
                files.Add(append.Segment.File);
            }

            foreach (IBlockFile file in files)
            {
                file.Sync();
            }

            lock (_lock)
            {
                taken.ForEach(b => b.Done = true);
                Monitor.PulseAll(_lock);
            }

            taken.Clear();
            files.Clear();
        }
    }

    private void WalLoop()
    {
        var batch = new List<PendingTransaction>();
        while (Take(batch))
        {
            if (batch.Count == 0)
            {
                Seal();
                continue;
            }

            Write(batch);
            Complete(batch);
            batch.Clear();
        }
    }

    /// <returns>False: there is nothing more to do. An empty batch: the WAL has been idle long enough to seal it.</returns>
    private bool Take(List<PendingTransaction> batch)
    {
        lock (_lock)
        {
            while (!_queue.TryPeek(out PendingTransaction? first) || first.Bulk is { Done: false })
            {
                // A stop lets what has been submitted become durable, unless the disk failed.
                if (_stopping && (_queue.Count == 0 || _engine.HasFailed))
                {
                    return _unsealed && !_engine.HasFailed;
                }

                if (!_unsealed)
                {
                    Monitor.Wait(_lock);
                }
                else if (!Monitor.Wait(_lock, _engine.Options.WalSealAfter) && _queue.Count == 0)
                {
                    return !_engine.HasFailed;
                }
            }

            if (_engine.HasFailed)
            {
                return false;
            }

            _wal.Begin();
            int bytes = _wal.BatchBytes;
            while (_queue.TryPeek(out PendingTransaction? next) && next.Bulk is not { Done: false } && (batch.Count == 0 || bytes + next.RecordBytes < BatchBytesMax))
            {
                bytes += next.RecordBytes + 5;
                batch.Add(_queue.Dequeue());
            }

            return true;
        }
    }

    private int BatchBytesMax => Math.Min(2 << 20, _wal.RecordBytesMax);

    private void Write(List<PendingTransaction> batch)
    {
        foreach (PendingTransaction transaction in batch)
        {
            Span<byte> record = _wal.Append(transaction.RecordBytes);
            transaction.Record.WrittenSpan.CopyTo(record);
            record = record[transaction.Record.WrittenCount..];
            foreach (StagedBlob blob in transaction.Staged)
            {
                blob.Data.CopyTo(record);
                record = record[blob.Length..];
            }
        }

        int written = _wal.Commit(batch[0].Sequence);
        _unsealed = true;
        lock (_engine.Gate)
        {
            WalBytes += written;
            BytesWritten += written;
            DurableSequence = batch[^1].Sequence;
            foreach (PendingTransaction transaction in batch)
            {
                InFlightBytes -= transaction.Bytes;
                InFlight--;
                foreach (PendingAppend append in transaction.Bulk?.Appends ?? [])
                {
                    append.Segment.Pending.Remove(append);
                    BytesWritten += AlignedBuffer.RoundUp(append.Length);
                }
            }

            Monitor.PulseAll(_engine.Gate);
        }
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
        lock (_engine.Gate)
        {
            WalBytes += written;
            BytesWritten += written;
        }
    }

    private void Complete(List<PendingTransaction> batch)
    {
        foreach (PendingTransaction transaction in batch)
        {
            foreach (StagedBlob blob in transaction.Staged)
            {
                blob.Release();
            }

            if (transaction.Bulk is { } bulk)
            {
                _engine.Buffers.Return(bulk.Buffer);
            }

            transaction.Sink.Committed(transaction.Pg, transaction.Token);
        }

        _committed();
    }
}
