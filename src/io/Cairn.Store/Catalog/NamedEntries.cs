using System.Buffers;
using Cairn.Maps;
using Cairn.Objects.Binary;
using Cairn.Store.Index;

namespace Cairn.Store.Catalog;

/// <summary>
/// Entries with a name and an order, as omap and a PG's metadata have them: the names in memory, each with the number of its record, the
/// values in the index. Under the store's lock.
/// </summary>
internal sealed class NamedEntries(IndexStore index, CatalogIds ids, IndexKind kind)
{
    private readonly ArrayBufferWriter<byte> _encoded = new(1024);

    public byte[]? Get(SortedBlocks<string, ulong, NameOrder> names, string name) => names.TryGet(name, out ulong entry) ? Value(entry) : null;

    public KeyValuePair<string, byte[]> Read(KeyValuePair<string, ulong> entry) => new(entry.Key, Value(entry.Value));

    public void Set(SortedBlocks<string, ulong, NameOrder> names, ulong owner, string name, ReadOnlySpan<byte> value)
    {
        ref ulong entry = ref names.At(name, out bool isNew);
        if (isNew)
        {
            entry = ids.Next();
        }

        _encoded.ResetWrittenCount();
        var writer = new ByteWriter(_encoded);
        writer.VarUInt(owner);
        writer.Text(name);
        _encoded.Write(value);
        index.Put(KeyOf(entry), _encoded.WrittenSpan, isNew);
    }

    public void Remove(SortedBlocks<string, ulong, NameOrder> names, string name)
    {
        if (names.Remove(name, out ulong entry))
        {
            index.Delete(KeyOf(entry));
        }
    }

    /// <summary>Removes the names from <paramref name="from"/> (included) to <paramref name="to"/> (not included).</summary>
    public void RemoveRange(SortedBlocks<string, ulong, NameOrder> names, string from, string to)
    {
        while (names.RemoveFirst(from, to, out ulong entry))
        {
            index.Delete(KeyOf(entry));
        }
    }

    /// <summary>Removes the records of all names; the caller drops the names.</summary>
    public void RemoveAll(SortedBlocks<string, ulong, NameOrder> names)
    {
        foreach ((_, ulong entry) in names.All())
        {
            index.Delete(KeyOf(entry));
        }
    }

    private IndexKey KeyOf(ulong entry) => new(entry, 0, kind);

    private byte[] Value(ulong entry)
    {
        Invariant.Require(index.TryGet(KeyOf(entry), out ReadOnlySpan<byte> record));
        var reader = new ByteReader(record);
        reader.VarUInt();
        reader.Bytes();
        return record[^reader.Remaining..].ToArray();
    }
}
