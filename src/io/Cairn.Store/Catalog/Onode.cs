using Cairn.Objects;
using Cairn.Store.Extents;
using Cairn.Store.Reading;

namespace Cairn.Store.Catalog;

/// <summary>One object, decoded: everything but its data, its omap, and the chunks behind the first.</summary>
internal sealed class Onode(ulong uid, Collection collection, ObjectId id)
{
    // Few small objects have any of these, and the cache holds ten thousand onodes.
    private List<KeyValuePair<string, byte[]>>? _xattrs;
    private ChunkNumbers? _further;
    private Chunk? _first;

    /// <summary>The object's number in the index, for as long as it exists.</summary>
    public ulong Uid { get; } = uid;

    public Collection Collection { get; set; } = collection;

    public ObjectId Id { get; } = id;

    public ulong Size { get; set; }

    public Eversion Version { get; set; }

    public long ModifiedUnixMs { get; set; }

    /// <summary>Data of the first chunk: small objects are one record.</summary>
    public Chunk First
    {
        get => _first ??= new Chunk(Uid, 0);
        set => _first = value;
    }

    /// <summary>Numbers, from 1, of the further chunks that have a record. Not for changing.</summary>
    public ChunkNumbers Further => _further ?? ChunkNumbers.None;

    /// <summary>Further chunks in memory, by number; null if there never were any.</summary>
    public Dictionary<uint, Chunk>? Loaded { get; private set; }

    /// <summary>By name in <see cref="Utf8Order"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]>> Xattrs => _xattrs ?? [];

    public long XattrBytes { get; private set; }

    /// <summary>Its own record differs from the index, or is not there yet.</summary>
    public bool RecordDirty { get; set; }

    public bool IsInIndex { get; set; }

    /// <summary>The list it is in while its record, or a chunk's, differs from the index.</summary>
    public DirtyOnodes? DirtyList { get; set; }

    public Onode? DirtyBefore { get; set; }

    public Onode? DirtyAfter { get; set; }

    /// <summary>The cache has it: whoever looks the object up gets this very onode.</summary>
    public bool IsCached { get; set; }

    /// <summary>Read since the cache's clock hand last came by.</summary>
    public bool Touched { get; set; }

    /// <summary>Where the last read ended: one that begins there makes a sequence.</summary>
    public ulong ReadTo { get; set; } = ulong.MaxValue;

    /// <summary>Since reads were in sequence; null before.</summary>
    public ReadStream? Stream { get; set; }

    public ObjectStat Stat => new(Size, Version, ModifiedUnixMs);

    public void AddLoaded(Chunk chunk) => (Loaded ??= []).Add(chunk.Number, chunk);

    public void AddFurther(uint number) => (_further ??= new ChunkNumbers()).Add(number);

    /// <summary>For decoders: chunks behind all others, none of them in memory.</summary>
    public void AppendFurther(uint from, uint count) => (_further ??= new ChunkNumbers()).Append(from, count);

    /// <summary>The further chunk, which is in memory, has nothing left.</summary>
    public void RemoveFurther(uint number)
    {
        Loaded!.Remove(number);
        _further!.Remove(number);
    }

    public byte[]? GetXattr(string name)
    {
        int at = Find(name);
        return at >= 0 ? _xattrs![at].Value : null;
    }

    public void SetXattr(string name, byte[] value)
    {
        RemoveXattr(name);
        (_xattrs ??= []).Insert(~Find(name), new(name, value));
        XattrBytes += name.Length + value.Length;
    }

    public void RemoveXattr(string name)
    {
        int at = Find(name);
        if (at >= 0)
        {
            XattrBytes -= name.Length + _xattrs![at].Value.Length;
            _xattrs.RemoveAt(at);
        }
    }

    public void ClearXattrs()
    {
        _xattrs = null;
        XattrBytes = 0;
    }

    private int Find(string name)
    {
        int low = 0;
        int high = (_xattrs?.Count ?? 0) - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = Utf8Order.Instance.Compare(_xattrs![middle].Key, name);
            if (order == 0)
            {
                return middle;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return ~low;
    }
}
