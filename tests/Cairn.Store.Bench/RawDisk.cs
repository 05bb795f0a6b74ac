using System.Buffers.Binary;
using Cairn.Maps;
using Cairn.Store.Devices;

namespace Cairn.Store.Bench;

/// <summary>
/// What the disk does without a store: O_DIRECT writes to a file written before, fdatasync after each. Small ones are those of the plainest log
/// there is, one thread's group commit of records { length, CRC-32C, number } and payload, staged in one buffer.
/// </summary>
internal sealed class RawDisk : IDisposable
{
    private const int FileBytes = 256 << 20;
    private readonly string _directory;
    private readonly DirectoryStorage _storage;
    private readonly IBlockFile _file;
    private const int RecordHeaderBytes = 16;
    private readonly AlignedBuffer _buffer = new(8 << 20);
    private readonly AlignedBufferPool _readBuffers = new(256 << 20);
    private readonly object _lock = new();
    private List<(byte[] Payload, TaskCompletionSource Source)> _waiting = [];
    private ulong _records;
    private int _position;
    private bool _stop;

    public RawDisk(string parent)
    {
        _directory = Path.Combine(parent, $"raw-bench-{Guid.NewGuid():n}");
        Directory.CreateDirectory(_directory);
        _storage = new DirectoryStorage(_directory);
        _file = _storage.Open("file", create: true);
        _buffer.Span.Fill(0x5a);
        for (int at = 0; at < FileBytes; at += _buffer.Capacity)
        {
            _file.Write(at, _buffer.Span);
        }

        _file.Sync();
        new Thread(CommitLoop) { IsBackground = true }.Start();
    }

    /// <summary>One write and sync.</summary>
    public void Write(int bytes)
    {
        if (_position + bytes > FileBytes)
        {
            _position = 0;
        }

        _file.Write(_position, _buffer.Span[..bytes]);
        _file.Sync();
        _position += bytes;
    }

    /// <summary>Reads at a random place, on the thread pool: as a store that keeps its callers' threads free must.</summary>
    public Task ReadAsync(int bytes) => Task.Run(() =>
    {
        AlignedBuffer buffer = _readBuffers.Rent(bytes);
        _file.Read(Random.Shared.Next((FileBytes - bytes) / 4096) * 4096L, buffer.Span[..bytes]);
        _readBuffers.Return(buffer);
    });

    /// <summary>Committed in a group with what others have queued.</summary>
    public Task Commit(byte[] payload)
    {
        var source = new TaskCompletionSource();
        lock (_lock)
        {
            _waiting.Add((payload, source));
            Monitor.Pulse(_lock);
        }

        return source.Task;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _stop = true;
            Monitor.Pulse(_lock);
        }

        _readBuffers.Dispose();
        _file.Dispose();
        _storage.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private void CommitLoop()
    {
        List<(byte[] Payload, TaskCompletionSource Source)> batch = [];
        while (true)
        {
            lock (_lock)
            {
                while (_waiting.Count == 0)
                {
                    if (_stop)
                    {
                        return;
                    }

                    Monitor.Wait(_lock);
                }

                (batch, _waiting) = (_waiting, batch);
            }

            int length = 0;
            foreach ((byte[] payload, _) in batch)
            {
                length += Stage(payload, _buffer.Span[length..]);
            }

            Write(AlignedBuffer.RoundUp(length));
            // In one work item, as the measurements that the goals come from did.
            TaskCompletionSource[] done = [.. batch.Select(static b => b.Source)];
            batch.Clear();
            ThreadPool.UnsafeQueueUserWorkItem(static done => Array.ForEach(done, static d => d.SetResult()), done, preferLocal: false);
        }
    }

    private int Stage(byte[] payload, Span<byte> target)
    {
        Span<byte> record = target[..(RecordHeaderBytes + payload.Length)];
        payload.CopyTo(record[RecordHeaderBytes..]);
        BinaryPrimitives.WriteInt32LittleEndian(record, payload.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(record[8..], _records++);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Crc32C.Compute(record[8..]));
        return record.Length;
    }
}
