using Cairn.Maps;
using Cairn.Objects.Binary;

namespace Cairn.Objects.Transactions;

/// <summary>Decodes the operations of one transaction; the reverse of <see cref="StoreOpEncoder"/>.</summary>
/// <param name="data">The data of the next write, by its length.</param>
internal struct StoreOpDecoder(Func<int, ReadOnlyMemory<byte>> data)
{
    private NamedObjects _named;

    public StoreOp Decode(ref ByteReader reader)
    {
        var tag = (StoreOpTag)reader.Byte();
        return tag switch
        {
            StoreOpTag.CreateCollection => new CreateCollection(),
            StoreOpTag.RemoveCollection => new RemoveCollection(),
            StoreOpTag.SplitCollection => new SplitCollection(new PgId(reader.VarInt(), reader.VarUInt32()), reader.VarUInt32()),
            StoreOpTag.SetMeta => new SetMeta(reader.Text(), reader.Bytes().ToArray()),
            StoreOpTag.RemoveMeta => new RemoveMeta(reader.Text()),
            StoreOpTag.RemoveMetaRange => new RemoveMetaRange(reader.Text(), reader.Text()),
            StoreOpTag.SetLog => new SetLog(Version(ref reader), reader.Bytes().ToArray()),
            StoreOpTag.RemoveLog => new RemoveLog(Version(ref reader)),
            StoreOpTag.TrimLog => new TrimLog(Version(ref reader)),
            StoreOpTag.ClearLog => new ClearLog(),
            >= StoreOpTag.TouchObject and <= StoreOpTag.ClearOmap => DecodeObjectOp(tag, Name(ref reader), ref reader),
            _ => throw new MalformedDataException($"unknown store operation {(byte)tag}"),
        };
    }

    private StoreOp DecodeObjectOp(StoreOpTag tag, ObjectId id, ref ByteReader reader) => tag switch
    {
        StoreOpTag.TouchObject => new TouchObject(id),
        StoreOpTag.WriteData => new WriteData(id, reader.VarUInt(), data(reader.Count(int.MaxValue))),
        StoreOpTag.ZeroData => new ZeroData(id, reader.VarUInt(), reader.VarUInt()),
        StoreOpTag.TruncateData => new TruncateData(id, reader.VarUInt()),
        StoreOpTag.RemoveObject => new RemoveObject(id),
        StoreOpTag.CloneObject => new CloneObject(id, Name(ref reader)),
        StoreOpTag.SetVersion => new SetVersion(id, Version(ref reader), reader.VarInt()),
        StoreOpTag.SetXattr => new SetXattr(id, reader.Text(), reader.Bytes().ToArray()),
        StoreOpTag.RemoveXattr => new RemoveXattr(id, reader.Text()),
        StoreOpTag.ClearXattrs => new ClearXattrs(id),
        StoreOpTag.SetOmap => new SetOmap(id, reader.Text(), reader.Bytes().ToArray()),
        StoreOpTag.RemoveOmap => new RemoveOmap(id, reader.Text()),
        StoreOpTag.ClearOmap => new ClearOmap(id),
        _ => throw new MalformedDataException($"unknown store operation {(byte)tag}"),
    };

    private static Eversion Version(ref ByteReader reader) => new(new Epoch(reader.VarUInt32()), reader.VarUInt());

    private ObjectId Name(ref ByteReader reader)
    {
        int index = reader.Count(_named.Count);
        if (index > 0)
        {
            return _named[index - 1];
        }

        long pool = reader.VarInt();
        string nspace = reader.Text();
        string name = reader.Text();
        var id = new ObjectId(pool, nspace, name, unchecked(reader.VarUInt() - 1));
        _named.Add(id);
        return id;
    }
}
