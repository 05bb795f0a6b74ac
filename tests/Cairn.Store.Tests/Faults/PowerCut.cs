namespace Cairn.Store.Tests.Faults;

/// <summary>
/// Makes the disk as it may be found after power is lost at some place in a recorded history: what was synced is there; of the rest,
/// any subset, in any order, torn at 512 or 4,096 bytes. Cut points must come in rising order.
/// </summary>
internal sealed class PowerCut(IReadOnlyList<DiskEvent> events)
{
    private readonly Dictionary<FaultInode, FaultInode> _durable = [];
    private readonly Dictionary<FaultInode, List<WriteEvent>> _pending = [];
    private readonly Dictionary<string, FaultInode> _names = [];
    private readonly List<DiskEvent> _pendingNames = [];
    private int _at;

    /// <param name="initial">What was on the disk, for good, before the history.</param>
    public PowerCut(IReadOnlyList<DiskEvent> events, IReadOnlyDictionary<string, FaultInode> initial)
        : this(events)
    {
        foreach ((string name, FaultInode inode) in initial)
        {
            _names.Add(name, inode);
            _durable.Add(inode, inode.Copy());
        }
    }

    public int Acknowledged { get; private set; }

    public FaultStorage At(int cut, int seed)
    {
        for (; _at < cut; _at++)
        {
            Advance(events[_at]);
        }

        var random = new Random(seed);
        var names = new Dictionary<string, FaultInode>(_names);
        // Directory changes go through the file system's journal: some first of them are there.
        foreach (DiskEvent change in _pendingNames.Take(random.Next(_pendingNames.Count + 1)))
        {
            Change(names, change);
        }

        var storage = new FaultStorage();
        var copies = new Dictionary<FaultInode, FaultInode>();
        foreach ((string name, FaultInode inode) in names)
        {
            if (!copies.TryGetValue(inode, out FaultInode? copy))
            {
                copies[inode] = copy = _durable.TryGetValue(inode, out FaultInode? durable) ? durable.Copy() : new FaultInode();
                Tear(copy, _pending.GetValueOrDefault(inode, []), random);
            }

            storage.Put(name, copy);
        }

        return storage;
    }

    private static void Tear(FaultInode copy, List<WriteEvent> writes, Random random)
    {
        int style = random.Next(4);
        foreach (WriteEvent write in writes)
        {
            if (write.Data.Length == 0)
            {
                copy.Grow(write.Offset); // Allocation is the file system's: it is kept with the file.
                continue;
            }

            switch (style)
            {
                case 0: // Nothing of it.
                    copy.Grow(write.Offset + write.Data.Length);
                    continue;
                case 1: // All of it.
                    copy.Write(write.Offset, write.Data);
                    continue;
            }

            int sector = style == 2 ? 512 : 4096;
            copy.Grow(write.Offset + write.Data.Length);
            for (int at = 0; at < write.Data.Length; at += sector)
            {
                if (random.Next(2) == 0)
                {
                    copy.Write(write.Offset + at, write.Data.AsSpan(at, Math.Min(sector, write.Data.Length - at)));
                }
            }
        }
    }

    private void Advance(DiskEvent happened)
    {
        switch (happened)
        {
            case WriteEvent write:
                (_pending.TryGetValue(write.Inode, out List<WriteEvent>? writes) ? writes : _pending[write.Inode] = []).Add(write);
                break;
            case SyncEvent sync:
                if (_pending.Remove(sync.Inode, out List<WriteEvent>? synced))
                {
                    FaultInode durable = _durable.TryGetValue(sync.Inode, out FaultInode? known) ? known : _durable[sync.Inode] = new FaultInode();
                    synced.ForEach(w => durable.Write(w.Offset, w.Data));
                }

                break;
            case DirectorySyncEvent:
                _pendingNames.ForEach(change => Change(_names, change));
                _pendingNames.Clear();
                break;
            case AcknowledgedEvent acknowledged:
                Acknowledged = acknowledged.Count;
                break;
            default:
                _pendingNames.Add(happened);
                break;
        }
    }

    public static void Change(Dictionary<string, FaultInode> names, DiskEvent change)
    {
        switch (change)
        {
            case NameEvent { Inode: null } removed:
                names.Remove(removed.Name);
                break;
            case NameEvent created:
                names[created.Name] = created.Inode!;
                break;
            case RenameEvent renamed:
                names.Remove(renamed.From);
                names[renamed.To] = renamed.Inode;
                break;
        }
    }
}
