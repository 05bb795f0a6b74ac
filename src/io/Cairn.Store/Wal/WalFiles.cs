using Cairn.Store.Devices;

namespace Cairn.Store.Wal;

/// <summary>
/// The WAL's files: those in use, by rising number, and spares already written over once, since appending to a fresh file costs the
/// file system's journal at each sync. Thread-safe.
/// </summary>
/// <param name="filesKept">
/// Files in use and spare above which none is kept for the next use. What a checkpoint sets free is as much as is written until the next: a file
/// deleted is one more to be written twice.
/// </param>
internal sealed class WalFiles(IBlockStorage storage, int fileBytes, int filesKept)
{
    private readonly Lock _lock = new();
    private readonly Queue<(ulong File, ulong FirstSequence)> _inUse = [];
    private readonly Queue<string> _spares = [];
    private readonly Lock _preparing = new();
    private int _nextSpare;
    private ulong _ready;

    /// <summary>The file being written; 0 before the first.</summary>
    public ulong Current { get; private set; }

    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return (long)(_inUse.Count + _spares.Count) * fileBytes;
            }
        }
    }

    /// <summary>What a start would have to read.</summary>
    public long InUseBytes
    {
        get
        {
            lock (_lock)
            {
                return (long)_inUse.Count * fileBytes;
            }
        }
    }

    /// <summary>Takes over what a start found.</summary>
    public void Recovered(IEnumerable<(ulong File, ulong FirstSequence)> inUse, ulong lastNumber)
    {
        foreach ((ulong, ulong) file in inUse)
        {
            _inUse.Enqueue(file);
        }

        Current = lastNumber;
        foreach (string name in storage.List(WalFormat.Folder).Where(n => n.StartsWith(WalFormat.SparePrefix, StringComparison.Ordinal)))
        {
            string full = $"{WalFormat.Folder}/{name}";
            using IBlockFile file = storage.Open(full, create: false);
            if (file.Length == fileBytes)
            {
                _spares.Enqueue(full);
            }
            else
            {
                storage.Delete(full);
            }

            _nextSpare = Math.Max(_nextSpare, int.Parse(name[WalFormat.SparePrefix.Length..], System.Globalization.CultureInfo.InvariantCulture) + 1);
        }
    }

    /// <summary>Whether the file after the current one is there already.</summary>
    public bool NextIsReady => Volatile.Read(ref _ready) == Current + 1;

    /// <summary>Opens the next file, whose first batch will start with this sequence.</summary>
    public IBlockFile OpenNext(ulong firstSequence)
    {
        PrepareNext();
        lock (_lock)
        {
            Current++;
            _inUse.Enqueue((Current, firstSequence));
        }

        return storage.Open(WalFormat.NameOf(Current), create: false);
    }

    /// <summary>Has the next file ready under its name before the current one is full: naming it waits for the file system's journal.</summary>
    public void PrepareNext()
    {
        lock (_preparing)
        {
            if (NextIsReady)
            {
                return;
            }

            string? spare;
            lock (_lock)
            {
                _spares.TryDequeue(out spare);
            }

            ulong next = Current + 1;
            storage.Rename(spare ?? CreateSpare(), WalFormat.NameOf(next));
            storage.SyncDirectory(WalFormat.Folder);
            Volatile.Write(ref _ready, next);
        }
    }

    /// <summary>The newest file whose transactions all those from <paramref name="sequence"/> on lie in or behind.</summary>
    public (ulong File, ulong FirstSequence) StartFor(ulong sequence)
    {
        lock (_lock)
        {
            (ulong File, ulong FirstSequence) start = (Current + 1, sequence);
            foreach ((ulong file, ulong first) in _inUse)
            {
                if (start.File > Current || first <= sequence)
                {
                    start = (file, first);
                }
            }

            return start;
        }
    }

    /// <summary>None is needed, not even the current one, which nothing writes any more.</summary>
    public void RecycleAll()
    {
        Current++;
        Recycle(Current);
        Volatile.Write(ref _ready, 0);
    }

    /// <summary>Files before this one are no longer needed: a checkpoint that says so is durable.</summary>
    public void Recycle(ulong before)
    {
        while (true)
        {
            ulong file;
            bool keep;
            int number;
            lock (_lock)
            {
                if (!_inUse.TryPeek(out (ulong File, ulong FirstSequence) oldest) || oldest.File >= before || oldest.File == Current)
                {
                    return;
                }

                _inUse.Dequeue();
                file = oldest.File;
                keep = _spares.Count + _inUse.Count < filesKept;
                number = _nextSpare++;
            }

            if (keep)
            {
                string spare = WalFormat.SpareName(number);
                storage.Rename(WalFormat.NameOf(file), spare);
                lock (_lock)
                {
                    _spares.Enqueue(spare);
                }
            }
            else
            {
                storage.Delete(WalFormat.NameOf(file));
            }
        }
    }

    private string CreateSpare()
    {
        string name;
        lock (_lock)
        {
            name = WalFormat.SpareName(_nextSpare++);
        }

        using IBlockFile file = storage.Open(name, create: true);
        file.WriteZeroes(fileBytes);
        file.Sync();
        storage.SyncDirectory(WalFormat.Folder);
        return name;
    }
}
