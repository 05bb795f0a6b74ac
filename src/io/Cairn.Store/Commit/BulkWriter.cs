using Cairn.Store.Devices;
using Cairn.Store.Segments;

namespace Cairn.Store.Commit;

/// <summary>One thread that writes bulk data to segments, up to four transactions to a sync, ahead of the WAL that names it.</summary>
internal sealed class BulkWriter : IAsyncDisposable
{
    private const int TogetherMax = 4;
    private readonly Action<List<PendingTransaction>> _written;
    private readonly Action<Exception> _failed;
    private readonly object _lock = new();
    private readonly Queue<PendingTransaction> _queue = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _stopping;

    /// <param name="written">Told of transactions whose bulk data is on stable media.</param>
    /// <param name="failed">Told why nothing is written any more.</param>
    public BulkWriter(Action<List<PendingTransaction>> written, Action<Exception> failed)
    {
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
        var files = new HashSet<IBlockFile>();
        try
        {
            while (Take(taken))
            {
                foreach (PendingAppend append in taken.SelectMany(static t => t.Appends))
                {
                    Write(append.Segment.File!, append);
                    files.Add(append.Segment.File!);
                }

                foreach (IBlockFile file in files)
                {
                    file.Sync();
                }

                _written(taken);
                taken.Clear();
                files.Clear();
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

    private static unsafe void Write(IBlockFile file, PendingAppend append)
    {
        fixed (byte* pinned = append.Bytes)
        {
            var bytes = new ReadOnlySpan<byte>(pinned, append.Length);
            if (BulkData.IsAligned(bytes))
            {
                file.Write(append.Position, bytes);
                return;
            }

            // Lent bytes in an array that is not pinned: the collector has moved it meanwhile.
            using var aligned = new AlignedBuffer(append.Length);
            bytes.CopyTo(aligned.Span);
            file.Write(append.Position, aligned.Span);
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

            while (taken.Count < TogetherMax && _queue.TryDequeue(out PendingTransaction? transaction))
            {
                taken.Add(transaction);
            }

            return true;
        }
    }
}
