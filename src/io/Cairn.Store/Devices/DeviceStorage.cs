namespace Cairn.Store.Devices;

/// <summary>
/// A store's files on a raw device, without a file system: a directory of names, and units of 256 KiB behind them. What was deleted is not
/// given to another file before a directory without it is durable, for until then a crash brings it back.
/// </summary>
internal sealed class DeviceStorage : IBlockStorage
{
    private readonly DeviceLayout _layout;
    private readonly DeviceDirectory _directory;
    private readonly SortedDictionary<string, DeviceInode> _files;
    private readonly FreeUnits _free;
    private readonly List<UnitRun> _released = [];
    private readonly Lock _lock = new();

    /// <param name="device">Given.</param>
    /// <exception cref="StoreFormatException">No store's device, or one of another version.</exception>
    /// <exception cref="StoreFailedException">It is damaged.</exception>
    public DeviceStorage(IBlockFile device)
    {
        Device = device;
        _layout = DeviceLayout.Read(device) ?? throw new StoreFormatException($"{device.Name} has no store: run mkfs first");
        _directory = new DeviceDirectory(device, _layout);
        _files = _directory.Read();
        _free = new FreeUnits(_layout.Units);
        foreach ((string name, DeviceInode inode) in _files)
        {
            if (!Array.TrueForAll(inode.Runs, _free.TryTake) || inode.Length > (long)inode.Units * _layout.UnitBytes)
            {
                throw new StoreFailedException($"{device.Name}: {name} has units that another file has, or too few");
            }
        }
    }

    public IBlockFile Device { get; }

    public string DeviceName => Device.Name;

    public bool SyncsAsOne => true;

    /// <summary>Bytes that files may take.</summary>
    public long CapacityBytes => (long)_layout.Units * _layout.UnitBytes;

    /// <summary>Makes the device an empty one of ours. What was on it is lost.</summary>
    public static void Format(IBlockFile device)
    {
        DeviceLayout layout = DeviceLayout.For(device.Length);
        new DeviceDirectory(device, layout).Write(new SortedDictionary<string, DeviceInode>(StringComparer.Ordinal));
        layout.Write(device); // Last: without it there is no store.
    }

    public bool Exists(string name)
    {
        lock (_lock)
        {
            return _files.ContainsKey(name);
        }
    }

    public IBlockFile Open(string name, bool create)
    {
        lock (_lock)
        {
            if (!_files.TryGetValue(name, out DeviceInode? inode))
            {
                if (!create)
                {
                    throw new FileNotFoundException($"{DeviceName}:{name} is missing", name);
                }

                _files.Add(name, inode = new DeviceInode { HasChanged = true });
            }

            return new DeviceFile(this, name, inode);
        }
    }

    public void Delete(string name)
    {
        lock (_lock)
        {
            if (_files.Remove(name, out DeviceInode? inode))
            {
                _released.AddRange(inode.Runs);
            }
        }
    }

    public void Rename(string from, string to)
    {
        lock (_lock)
        {
            if (!_files.Remove(from, out DeviceInode? inode))
            {
                throw new FileNotFoundException($"{DeviceName}:{from} is missing", from);
            }

            if (_files.Remove(to, out DeviceInode? replaced))
            {
                _released.AddRange(replaced.Runs);
            }

            _files.Add(to, inode);
        }
    }

    public IReadOnlyList<string> List(string directory)
    {
        string prefix = directory.Length == 0 ? "" : directory + "/";
        lock (_lock)
        {
            return [.. _files.Keys.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Select(n => n[prefix.Length..])
                .Where(static n => !n.Contains('/', StringComparison.Ordinal))];
        }
    }

    public void SyncDirectory(string directory)
    {
        lock (_lock)
        {
            WriteDirectory();
        }
    }

    public void Dispose() => Device.Dispose();

    /// <summary>Gives a file units up to a length.</summary>
    internal void Grow(DeviceInode inode, long length, string name)
    {
        if (length <= inode.Length)
        {
            return;
        }

        lock (_lock)
        {
            int missing = (int)((length + _layout.UnitBytes - 1) / _layout.UnitBytes) - inode.Units;
            if (missing > 0)
            {
                inode.Runs = [.. inode.Runs, .. Allocate(missing) ?? throw new DiskFullException($"{DeviceName}:{name}: no space left on the device")];
            }

            inode.Length = length;
            inode.HasChanged = true;
        }
    }

    /// <summary>Where a range of a file is, as far as it lies in one run.</summary>
    internal (long At, int Count) Place(DeviceInode inode, long offset, int length)
    {
        foreach (UnitRun run in inode.Runs)
        {
            long bytes = (long)run.Count * _layout.UnitBytes;
            if (offset < bytes)
            {
                return (_layout.UnitAt(run.Start) + offset, (int)Math.Min(length, bytes - offset));
            }

            offset -= bytes;
        }

        throw new EndOfStreamException($"{DeviceName}: {offset} bytes behind a file's end");
    }

    internal void SyncIfChanged(DeviceInode inode)
    {
        if (inode.HasChanged)
        {
            SyncDirectory("");
        }
    }

    private List<UnitRun>? Allocate(int units)
    {
        List<UnitRun>? runs = _free.Allocate(units);
        if (runs is null)
        {
            WriteDirectory();
            runs = _free.Allocate(units);
        }

        try
        {
            runs?.ForEach(run => Device.Allocate(_layout.UnitAt(run.Start), (long)run.Count * _layout.UnitBytes));
        }
        catch (DiskFullException)
        {
            runs!.ForEach(_free.Release); // A sparse file on a full file system.
            throw;
        }

        return runs;
    }

    private void WriteDirectory()
    {
        _directory.Write(_files);
        _released.ForEach(_free.Release);
        _released.Clear();
        foreach (DeviceInode inode in _files.Values)
        {
            inode.HasChanged = false;
        }
    }
}
