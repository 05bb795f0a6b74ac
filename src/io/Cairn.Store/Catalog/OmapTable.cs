using Cairn.Store.Index;

namespace Cairn.Store.Catalog;

/// <summary>The omap of every object that has one. Under the store's lock.</summary>
internal sealed class OmapTable(IndexStore index, CatalogIds ids)
{
    private readonly Dictionary<ulong, SortedBlocks<string, ulong, NameOrder>> _namesOf = [];
    private readonly NamedEntries _entries = new(index, ids, IndexKind.Omap);

    public byte[]? Get(ulong uid, string key) =>
        _namesOf.TryGetValue(uid, out SortedBlocks<string, ulong, NameOrder>? names) ? _entries.Get(names, key) : null;

    /// <summary>Up to <paramref name="max"/> entries behind <paramref name="after"/>, in order.</summary>
    public List<KeyValuePair<string, byte[]>> Range(ulong uid, string? after, int max)
    {
        var values = new List<KeyValuePair<string, byte[]>>();
        if (_namesOf.TryGetValue(uid, out SortedBlocks<string, ulong, NameOrder>? names))
        {
            foreach (KeyValuePair<string, ulong> entry in after is null ? names.All() : names.From(after))
            {
                if (values.Count == max)
                {
                    break;
                }

                if (entry.Key != after)
                {
                    values.Add(_entries.Read(entry));
                }
            }
        }

        return values;
    }

    public void Set(ulong uid, string key, ReadOnlySpan<byte> value) => _entries.Set(NamesOf(uid), uid, key, value);

    public void Remove(ulong uid, string key)
    {
        if (_namesOf.TryGetValue(uid, out SortedBlocks<string, ulong, NameOrder>? names))
        {
            _entries.Remove(names, key);
            if (names.Count == 0)
            {
                _namesOf.Remove(uid);
            }
        }
    }

    public void Clear(ulong uid)
    {
        if (_namesOf.Remove(uid, out SortedBlocks<string, ulong, NameOrder>? names))
        {
            _entries.RemoveAll(names);
        }
    }

    public void Copy(ulong from, ulong to)
    {
        if (_namesOf.TryGetValue(from, out SortedBlocks<string, ulong, NameOrder>? names))
        {
            foreach (KeyValuePair<string, ulong> entry in names.All())
            {
                Set(to, entry.Key, _entries.Read(entry).Value);
            }
        }
    }

    /// <summary>Takes in a name read from the checkpoint.</summary>
    public void Load(ulong uid, string key, ulong entry) => NamesOf(uid).Set(key, entry);

    private SortedBlocks<string, ulong, NameOrder> NamesOf(ulong uid)
    {
        if (!_namesOf.TryGetValue(uid, out SortedBlocks<string, ulong, NameOrder>? names))
        {
            _namesOf.Add(uid, names = new SortedBlocks<string, ulong, NameOrder>());
        }

        return names;
    }
}
