using System.Buffers;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Binary;
using Cairn.Objects.Transactions;
using Cairn.Pg.Messages;
using static Cairn.Pg.Tests.Log.LogMergeTests;

namespace Cairn.Pg.Tests.Messages;

public sealed class PgMessageCodecTests
{
    private static readonly PgId Pg = new(3, 0x1f);
    private static readonly Epoch Epoch = new(77);

    [Fact]
    public void A_write_for_a_replica_comes_back_with_its_data_as_a_slice()
    {
        var transaction = new StoreTransaction()
            .Add(new WriteData(Id("a"), 5, new byte[] { 1, 2, 3 })).Add(new SetVersion(Id("a"), V(7, 8), 99));
        var sent = new RepOp(Modify("a", 7, 8, V(6, 1)), V(7, 7), transaction, false, V(6, 2), 10, -20) { Pg = Pg, Epoch = Epoch };
        var back = (RepOp)Copy(sent);
        Assert.Equal((sent.Entry, sent.Previous, sent.TrimTo, sent.ObjectCount, sent.Bytes, sent.Pg, sent.Epoch), (back.Entry, back.Previous, back.TrimTo, back.ObjectCount, back.Bytes, back.Pg, back.Epoch));
        Assert.Equal([1, 2, 3], ((WriteData)back.Transaction.Ops[0]).Data.ToArray());
    }

    [Fact]
    public void A_push_comes_back_whole()
    {
        var sent = new Push(
            Id("ä"), V(1, 2), 3, 4, TransferCursor.Start, new TransferCursor(9, true, "k"), new byte[] { 5, 6 },
            [new("x", [7])], [new("o", [8, 9])]) { Pg = Pg, Epoch = Epoch };
        var back = (Push)Copy(sent);
        Assert.Equal((sent.Object, sent.Version, sent.Size, sent.From, sent.Next), (back.Object, back.Version, back.Size, back.From, back.Next));
        Assert.Equal([5, 6], back.Data.ToArray());
        Assert.Equal(("x", "o"), (back.Xattrs[0].Key, back.Omap[0].Key));
        Assert.Equal([8, 9], back.Omap[0].Value);
    }

    [Fact]
    public void A_header_cut_anywhere_is_refused()
    {
        byte[] header = Encode(new PgNotify(
            new PgInfo { Pg = Pg, LastBackfill = BackfillCursor.At(Id("a")) },
            new PastIntervals([new PastInterval(new Epoch(1), new Epoch(2), [new(0)], [new(0), OsdId.None], new(0), true)]),
            [new LeaseBound(new(4), 500)]) { Pg = Pg, Epoch = Epoch }, out _);
        Assert.IsType<PgNotify>(PgMessageCodec.Decode(header, default));
        for (int length = 0; length < header.Length; length++)
        {
            Assert.Throws<MalformedDataException>(() => PgMessageCodec.Decode(header.AsSpan(0, length), default));
        }
    }

    private static PgMessage Copy(PgMessage message)
    {
        byte[] header = Encode(message, out byte[] payload);
        return PgMessageCodec.Decode(header, payload);
    }

    private static byte[] Encode(PgMessage message, out byte[] payload)
    {
        var header = new ArrayBufferWriter<byte>();
        var parts = new List<ReadOnlyMemory<byte>>();
        PgMessageCodec.Encode(message, header, parts);
        payload = [.. parts.SelectMany(static p => p.ToArray())];
        return header.WrittenSpan.ToArray();
    }
}
