using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Pg.Ops;

/// <summary>One execution of one operation: its object, clock and data, and what it still needs.</summary>
internal sealed class OpRun(WorkingObject target, OpLimits limits)
{
    private readonly List<DataExtent> _needs = [];
    private FetchedData? _fetched;
    private int _taken;

    public WorkingObject Object => target;

    public OpLimits Limits => limits;

    public Eversion Version { get; private set; }

    public long NowUnixMs { get; private set; }

    /// <summary>The status before any step of a write changes it is the stored one; after, that of this operation.</summary>
    public ObjectStat Stat => target.Mutations.Count == 0 && target.Before is { } before
        ? before
        : new(target.Size, Version, NowUnixMs);

    public IReadOnlyList<DataExtent> Needs => _needs;

    /// <summary>A compare waits for data, so whether the steps behind it count is not known yet.</summary>
    public bool Undecided { get; set; }

    public void Start(ObjectId id, Eversion version, long nowUnixMs, FetchedData? fetched)
    {
        target.Load(id);
        Version = version;
        NowUnixMs = nowUnixMs;
        // A change since makes the bytes those of another state: ask again.
        _fetched = fetched is not null && fetched.Base == target.Before ? fetched : null;
        _taken = 0;
        _needs.Clear();
        Undecided = false;
    }

    /// <summary>The data of a range with this operation's changes, clipped to the object's size.</summary>
    /// <returns>False if the store must be read first: the need is noted.</returns>
    public bool TryRead(ulong offset, ulong length, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (offset >= target.Size)
        {
            return true;
        }

        length = Math.Min(length, target.Size - offset);
        DataExtent stored = target.Data.StoredPart(offset, length);
        ReadOnlyMemory<byte> storedBytes = default;
        if (stored.Length > 0)
        {
            if (_fetched is null)
            {
                _needs.Add(stored);
                return false;
            }

            storedBytes = _fetched.Extents[_taken++];
            Maps.Invariant.Require((ulong)storedBytes.Length == stored.Length, "the store read fewer bytes than the object has");
        }

        bytes = target.Data.Compose(offset, (int)length, storedBytes);
        return true;
    }
}
