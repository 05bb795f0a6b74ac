using Cairn.Objects;

namespace Cairn.Pg;

/// <summary>The objects that a copy's log knows newer than the copy has them.</summary>
internal sealed class MissingSet
{
    private readonly SortedDictionary<ObjectId, MissingItem> _items = [];

    // A version belongs to one object, so it orders them: the oldest change is recovered first, as the log has it.
    private readonly SortedDictionary<Eversion, ObjectId> _byNeed = [];

    public MissingSet()
    {
    }

    public MissingSet(IEnumerable<MissingItem> items)
    {
        foreach (MissingItem item in items)
        {
            Set(item);
        }
    }

    public int Count => _items.Count;

    public bool IsEmpty => _items.Count == 0;

    /// <summary>By object.</summary>
    public IReadOnlyCollection<MissingItem> Items => _items.Values;

    /// <summary>In the order of the log.</summary>
    public IEnumerable<ObjectId> InLogOrder => _byNeed.Values;

    public Eversion OldestNeed => _byNeed.Count == 0 ? Eversion.Max : _byNeed.First().Key;

    public bool Contains(ObjectId id) => _items.Count > 0 && _items.ContainsKey(id);

    public bool TryGet(ObjectId id, out MissingItem item) => _items.TryGetValue(id, out item);

    public void Set(MissingItem item)
    {
        Remove(item.Object);
        _items[item.Object] = item;
        _byNeed[item.Need] = item.Object;
    }

    public bool Remove(ObjectId id)
    {
        if (!_items.Remove(id, out MissingItem item))
        {
            return false;
        }

        _byNeed.Remove(item.Need);
        return true;
    }

    /// <summary>The object changed elsewhere: this copy now needs that version.</summary>
    public void Follow(LogEntry entry) =>
        Set(new MissingItem(entry.Object, entry.Version, _items.TryGetValue(entry.Object, out MissingItem item) ? item.Have : entry.PriorVersion));

    public void ReviseHave(ObjectId id, Eversion have)
    {
        if (_items.TryGetValue(id, out MissingItem item))
        {
            _items[id] = item with { Have = have };
        }
    }

    public void Clear()
    {
        _items.Clear();
        _byNeed.Clear();
    }
}
