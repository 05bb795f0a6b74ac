using Cairn.Objects;

namespace Cairn.Pg.Ops;

/// <summary>Xattrs or omap entries an operation has set or removed so far, over those in the store.</summary>
internal sealed class ValueOverlay
{
    // Null marks a removed entry. In Utf8Order, as the store lists them.
    private SortedDictionary<string, ReadOnlyMemory<byte>?>? _changes;

    /// <summary>Everything in the store was removed before the changes.</summary>
    public bool Cleared { get; private set; }

    public bool IsEmpty => !Cleared && _changes is null;

    public void Reset()
    {
        Cleared = false;
        _changes = null;
    }

    public void Clear()
    {
        Cleared = true;
        _changes = null;
    }

    public void Set(string key, ReadOnlyMemory<byte> value) => Changes[key] = value;

    public void Remove(string key) => Changes[key] = null;

    /// <returns>Whether the overlay decides; else the store's value counts.</returns>
    public bool TryGet(string key, out ReadOnlyMemory<byte>? value)
    {
        value = null;
        return (_changes is not null && _changes.TryGetValue(key, out value)) || Cleared;
    }

    /// <summary>Entries after <paramref name="after"/>, at most <paramref name="max"/>: the store's with the changes over them.</summary>
    /// <param name="stored">Reads the store: after a key, at most so many.</param>
    public List<KeyValuePair<string, ReadOnlyMemory<byte>>> Range(
        string? after, int max, Func<string?, int, IReadOnlyList<KeyValuePair<string, byte[]>>> stored)
    {
        // Each removed entry may hide one stored entry: that many more make up for it.
        int hidden = _changes?.Count ?? 0;
        var merged = new SortedDictionary<string, ReadOnlyMemory<byte>?>(Utf8Order.Instance);
        if (!Cleared)
        {
            foreach (var (key, value) in stored(after, (int)Math.Min(int.MaxValue, (long)max + hidden)))
            {
                merged[key] = value;
            }
        }

        foreach (var (key, value) in _changes ?? [])
        {
            if (after is null || Utf8Order.Instance.Compare(key, after) > 0)
            {
                merged[key] = value;
            }
        }

        return merged.Where(static e => e.Value is not null).Take(max).Select(static e => KeyValuePair.Create(e.Key, e.Value!.Value)).ToList();
    }

    private SortedDictionary<string, ReadOnlyMemory<byte>?> Changes => _changes ??= new(Utf8Order.Instance);
}
