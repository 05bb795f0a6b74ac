using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;

namespace Cairn.Pg.Ops;

/// <summary>The object as the steps so far have left it: the catalog's state with the operation's own changes over it.</summary>
internal sealed class WorkingObject(IObjectCatalog catalog, PgId pg)
{
    private readonly DataOverlay _data = new();
    private readonly ValueOverlay _xattrs = new();
    private readonly ValueOverlay _omap = new();
    private readonly List<StoreOp> _mutations = [];

    public ObjectId Id { get; private set; } = null!;

    public ObjectStat? Before { get; private set; }

    public bool Exists { get; private set; }

    public ulong Size { get; private set; }

    public DataOverlay Data => _data;

    public IReadOnlyList<StoreOp> Mutations => _mutations;

    public void Load(ObjectId id)
    {
        Id = id;
        Before = catalog.TryStat(pg, id, out ObjectStat stat) ? stat : null;
        Exists = Before is not null;
        Size = Before?.Size ?? 0;
        _data.Reset(Size);
        _xattrs.Reset();
        _omap.Reset();
        _mutations.Clear();
    }

    public void Touch()
    {
        if (!Exists)
        {
            Exists = true;
            _mutations.Add(new TouchObject(Id));
        }
    }

    public void Write(ulong offset, ReadOnlyMemory<byte> data)
    {
        Exists = true;
        Size = Math.Max(Size, offset + (ulong)data.Length);
        _data.Write(offset, data);
        _mutations.Add(new WriteData(Id, offset, data));
    }

    public void Zero(ulong offset, ulong length)
    {
        _data.Zero(offset, length);
        _mutations.Add(new ZeroData(Id, offset, length));
    }

    public void Truncate(ulong size)
    {
        Exists = true;
        Size = size;
        _data.Truncate(size);
        _mutations.Add(new TruncateData(Id, size));
    }

    public void Remove()
    {
        Exists = false;
        Size = 0;
        _data.Truncate(0);
        _xattrs.Clear();
        _omap.Clear();

        // What was done to it before does not matter any more.
        _mutations.Clear();
        if (Before is not null)
        {
            _mutations.Add(new RemoveObject(Id));
        }
    }

    public void SetXattr(string name, ReadOnlyMemory<byte> value)
    {
        Exists = true;
        _xattrs.Set(name, value);
        _mutations.Add(new SetXattr(Id, name, value));
    }

    public void RemoveXattr(string name)
    {
        _xattrs.Remove(name);
        _mutations.Add(new RemoveXattr(Id, name));
    }

    public void SetOmap(string key, ReadOnlyMemory<byte> value)
    {
        Exists = true;
        _omap.Set(key, value);
        _mutations.Add(new SetOmap(Id, key, value));
    }

    public void RemoveOmap(string key)
    {
        _omap.Remove(key);
        _mutations.Add(new RemoveOmap(Id, key));
    }

    public void ClearOmap()
    {
        _omap.Clear();
        _mutations.Add(new ClearOmap(Id));
    }

    /// <returns>Null if there is no such xattr.</returns>
    public ReadOnlyMemory<byte>? Xattr(string name) =>
        _xattrs.TryGet(name, out ReadOnlyMemory<byte>? value) ? value : Memory(catalog.GetXattr(pg, Id, name));

    public IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Xattrs() =>
        _xattrs.Range(null, int.MaxValue, (_, _) => catalog.GetXattrs(pg, Id));

    /// <returns>Null if there is no such key.</returns>
    public ReadOnlyMemory<byte>? Omap(string key) =>
        _omap.TryGet(key, out ReadOnlyMemory<byte>? value) ? value : Memory(catalog.GetOmap(pg, Id, key));

    public IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> OmapRange(string? after, int max) =>
        _omap.Range(after, max, (from, count) => catalog.GetOmapRange(pg, Id, from, count));

    // Spelled out: null by itself converts to an empty memory, by way of an array.
    private static ReadOnlyMemory<byte>? Memory(byte[]? bytes) => bytes is null ? default(ReadOnlyMemory<byte>?) : bytes;
}
