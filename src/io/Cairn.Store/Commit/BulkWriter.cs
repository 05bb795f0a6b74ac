namespace Cairn.Store.Commit;

/// <summary>
/// One thread that writes bulk data to segments, ahead of the WAL that names it. What queued while it wrote shares the next write and sync, up
/// to a number of bytes: first come, first durable. Where one sync covers all files the WAL's is enough, and none is made here.
/// </summary>
internal sealed class BulkWriter : IAsyncDisposable
{
    /// <summary>Transactions are this large at least before the next waits for another sync: four of 4 MiB.</summary>
    private const int BytesTogether = 16 << 20;

    private readonly Action<List<PendingTransaction>> _written;
    private readonly Action<Exception> _failed;
    private readonly bool _syncs;
    private readonly object _lock = new();
    private readonly Queue<PendingTransaction> _queue = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _stopping;

    /// <param name="syncs">Whether the data has to be on stable media before the WAL may name it.</param>
    /// <param name="written">Told of transactions whose bulk data is written, and synced if it has to be.</param>
    /// <param name="failed">Told why nothing is written any more.</param>
    public BulkWriter(bool syncs, Action<List<PendingTransaction>> written, Action<Exception> failed)
    {
        _syncs = syncs;
        _written = written;
        _failed = failed;
        new Thread(Run) { IsBackground = true, Name = "store-bulk" }.Start();
    }

    public void Enqueue(PendingTransaction transaction)
    {
        lock (_lock)
        {
            _queue.Enqueue(transaction);
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Ends when all that was queued is written.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _stopping = true;
            Monitor.Pulse(_lock);
        }

        await _ended.Task;
    }

    private void Run()
    {
        var taken = new List<PendingTransaction>();
        var writer = new AppendWriter();
        try
        {
            while (Take(taken))
            {
                writer.Write(taken.SelectMany(static t => t.Appends));
                writer.End(_syncs);
                _written(taken);
                taken.Clear();
            }
        }
        catch (Exception e)
        {
            _failed(e);
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private bool Take(List<PendingTransaction> taken)
    {
        lock (_lock)
        {
            while (_queue.Count == 0)
            {
                if (_stopping)
                {
                    return false;
                }

                Monitor.Wait(_lock);
            }

            for (int bytes = 0; bytes < BytesTogether && _queue.TryDequeue(out PendingTransaction? transaction); bytes += transaction.BulkBytes)
            {
                taken.Add(transaction);
            }

            return true;
        }
    }
}
