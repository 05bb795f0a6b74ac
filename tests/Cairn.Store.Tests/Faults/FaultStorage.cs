using System.Diagnostics;
using System.IO.Hashing;
using System.Text;
using Cairn.Store.Devices;

namespace Cairn.Store.Tests.Faults;

/// <summary>
/// A disk in memory that writes down all that happens to it, so that a power cut can be put at any place afterwards, and that fails,
/// runs full or slows down on demand.
/// </summary>
internal sealed class FaultStorage : IBlockStorage
{
    private readonly Dictionary<string, FaultInode> _names = [];
    private readonly object _lock = new();
    private readonly List<DiskEvent> _events;

    public FaultStorage(List<DiskEvent>? events = null) => _events = events ?? [];

    /// <summary>
    /// The machine after its process was killed at some place in a history: all that was written is there, but what was not synced can
    /// still be lost with power. The new disk's history begins with that of the old.
    /// </summary>
    public static FaultStorage AfterKill(IReadOnlyList<DiskEvent> events, int at)
    {
        var storage = new FaultStorage();
        var inodes = new Dictionary<FaultInode, FaultInode>();
        FaultInode Twin(FaultInode inode) => inodes.TryGetValue(inode, out FaultInode? twin) ? twin : inodes[inode] = new FaultInode();
        foreach (DiskEvent happened in events.Take(at))
        {
            DiskEvent twin = happened switch
            {
                WriteEvent write => write with { Inode = Twin(write.Inode) },
                SyncEvent sync => new SyncEvent(Twin(sync.Inode)),
                NameEvent { Inode: { } inode } created => created with { Inode = Twin(inode) },
                RenameEvent renamed => renamed with { Inode = Twin(renamed.Inode) },
                _ => happened,
            };
            storage._events.Add(twin);
            switch (twin)
            {
                case WriteEvent write:
                    write.Inode.Write(write.Offset, write.Data);
                    break;
                case NameEvent or RenameEvent:
                    PowerCut.Change(storage._names, twin);
                    break;
            }
        }

        return storage;
    }

    /// <summary>A disk of its own with the same content, and no history.</summary>
    public FaultStorage Copy()
    {
        var copy = new FaultStorage();
        foreach ((string name, FaultInode inode) in _names)
        {
            copy.Put(name, inode.Copy());
        }

        return copy;
    }

    /// <summary>Equal for disks of equal content.</summary>
    public UInt128 Digest()
    {
        UInt128 digest = 0;
        foreach ((string name, FaultInode inode) in _names)
        {
            digest ^= XxHash128.HashToUInt128(Encoding.UTF8.GetBytes($"{name} {inode.Length} {inode.Digest}"));
        }

        return digest;
    }

    /// <summary>Called before each call, with its kind and file; throws to make it fail.</summary>
    public Action<DiskCall, string>? Fault { get; set; }

    /// <summary>False: syncs are answered without being written down, as a disk that lies does.</summary>
    public bool Honest { get; set; } = true;

    public IReadOnlyDictionary<string, FaultInode> Names => _names;

    /// <summary>How much has happened so far.</summary>
    public int EventCount
    {
        get
        {
            lock (_lock)
            {
                return _events.Count;
            }
        }
    }

    public IReadOnlyList<DiskEvent> Events => _events;

    public void Put(string name, FaultInode inode) => _names[name] = inode;

    public void Record(DiskEvent happened)
    {
        lock (_lock)
        {
            _events.Add(happened);
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Returns when so much more has been recorded, or after a while.</summary>
    public void AwaitEvents(int count, TimeSpan longest)
    {
        long started = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            int until = _events.Count + count;
            while (_events.Count < until && longest - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } left)
            {
                Monitor.Wait(_lock, left);
            }
        }
    }

    public bool Exists(string name)
    {
        lock (_lock)
        {
            return _names.ContainsKey(name);
        }
    }

    public IBlockFile Open(string name, bool create)
    {
        Fault?.Invoke(DiskCall.Open, name);
        lock (_lock)
        {
            if (!_names.TryGetValue(name, out FaultInode? inode))
            {
                if (!create)
                {
                    throw new FileNotFoundException(name);
                }

                _names[name] = inode = new FaultInode();
                _events.Add(new NameEvent(name, inode));
            }

            return new FaultFile(this, name, inode);
        }
    }

    public void Delete(string name)
    {
        Fault?.Invoke(DiskCall.Delete, name);
        lock (_lock)
        {
            if (_names.Remove(name))
            {
                _events.Add(new NameEvent(name, null));
            }
        }
    }

    public void Rename(string from, string to)
    {
        Fault?.Invoke(DiskCall.Rename, from);
        lock (_lock)
        {
            _names.Remove(from, out FaultInode? inode);
            _names[to] = inode ?? throw new FileNotFoundException(from);
            _events.Add(new RenameEvent(from, to, inode));
        }
    }

    public IReadOnlyList<string> List(string directory)
    {
        lock (_lock)
        {
            string prefix = directory.Length == 0 ? "" : directory + "/";
            return [.. _names.Keys.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Select(n => n[prefix.Length..])
                .Where(static n => !n.Contains('/', StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        }
    }

    public void SyncDirectory(string directory)
    {
        Fault?.Invoke(DiskCall.SyncDirectory, directory);
        if (Honest)
        {
            Record(new DirectorySyncEvent());
        }
    }

    public void Dispose()
    {
    }
}

internal enum DiskCall
{
    Open,
    Read,
    Write,
    Sync,
    Allocate,
    Delete,
    Rename,
    SyncDirectory,
}
