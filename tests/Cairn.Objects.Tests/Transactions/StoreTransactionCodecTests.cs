using System.Buffers;
using Cairn.Maps;
using Cairn.Objects.Binary;
using Cairn.Objects.Transactions;
using CsCheck;

namespace Cairn.Objects.Tests.Transactions;

public sealed class StoreTransactionCodecTests
{
    private static readonly Gen<byte[]> GenBytes = Gen.Byte.Array[0, 40];
    private static readonly Gen<string> GenText = Gen.String[Gen.Char["abcz/_.\u00e9\u20ac"], 0, 12];

    private static readonly Gen<ObjectId> GenObject =
        Gen.Select(Gen.Long[-2, 3], GenText, GenText, Gen.OneOf(Gen.Const(ObjectId.Head), Gen.Const(0UL), Gen.Const(7UL))).Select((p, s, n, snap) => new ObjectId(p, s, n, snap));

    private static readonly Gen<Eversion> GenVersion = Gen.Select(Gen.UInt, Gen.ULong).Select((e, v) => new Eversion(new Epoch(e), v));

    private static readonly Gen<StoreOp> GenOp = Gen.OneOf(
        Gen.Const((StoreOp)new CreateCollection()),
        Gen.Const((StoreOp)new RemoveCollection()),
        Gen.Select(Gen.Long[0, 9], Gen.UInt, Gen.UInt).Select((p, s, n) => (StoreOp)new SplitCollection(new PgId(p, s), n)),
        GenObject.Select(o => (StoreOp)new TouchObject(o)),
        Gen.Select(GenObject, Gen.ULong, GenBytes).Select((o, at, d) => (StoreOp)new WriteData(o, at, d)),
        Gen.Select(GenObject, Gen.ULong, Gen.ULong).Select((o, at, l) => (StoreOp)new ZeroData(o, at, l)),
        Gen.Select(GenObject, Gen.ULong).Select((o, s) => (StoreOp)new TruncateData(o, s)),
        GenObject.Select(o => (StoreOp)new RemoveObject(o)),
        Gen.Select(GenObject, GenObject).Select((o, t) => (StoreOp)new CloneObject(o, t)),
        Gen.Select(GenObject, GenVersion, Gen.Long).Select((o, v, ms) => (StoreOp)new SetVersion(o, v, ms)),
        Gen.Select(GenObject, GenText, GenBytes).Select((o, k, v) => (StoreOp)new SetXattr(o, k, v)),
        Gen.Select(GenObject, GenText).Select((o, k) => (StoreOp)new RemoveXattr(o, k)),
        GenObject.Select(o => (StoreOp)new ClearXattrs(o)),
        Gen.Select(GenObject, GenText, GenBytes).Select((o, k, v) => (StoreOp)new SetOmap(o, k, v)),
        Gen.Select(GenObject, GenText).Select((o, k) => (StoreOp)new RemoveOmap(o, k)),
        GenObject.Select(o => (StoreOp)new ClearOmap(o)),
        Gen.Select(GenText, GenBytes).Select((k, v) => (StoreOp)new SetMeta(k, v)),
        GenText.Select(k => (StoreOp)new RemoveMeta(k)),
        Gen.Select(GenText, GenText).Select((a, b) => (StoreOp)new RemoveMetaRange(a, b)),
        Gen.Select(GenVersion, GenBytes).Select((v, b) => (StoreOp)new SetLog(v, b)),
        GenVersion.Select(v => (StoreOp)new RemoveLog(v)),
        GenVersion.Select(v => (StoreOp)new TrimLog(v)),
        Gen.Const((StoreOp)new ClearLog()));

    private static readonly Gen<StoreTransaction> GenTransaction = GenOp.List[0, 30].Select(ops =>
    {
        var transaction = new StoreTransaction();
        ops.ForEach(op => transaction.Add(op));
        return transaction;
    });

    [Fact]
    public void What_is_decoded_is_what_was_encoded() => GenTransaction.Sample(before =>
    {
        (byte[] header, byte[] payload) = Encode(before);
        StoreTransaction after = StoreTransactionCodec.Decode(header, payload);
        Assert.Equal(before.Ops.Select(Describe), after.Ops.Select(Describe));
        Assert.Equal(before.DataBytes, after.DataBytes);
    });

    [Fact]
    public void Data_goes_out_and_comes_back_without_a_copy()
    {
        byte[] data = [1, 2, 3];
        StoreTransaction transaction = new StoreTransaction().Add(new WriteData(Named("a"), 0, data));
        var payload = new List<ReadOnlyMemory<byte>>();
        var header = new ArrayBufferWriter<byte>();
        StoreTransactionCodec.Encode(transaction, header, payload);
        Assert.True(payload.Single().Span == data);

        var decoded = (WriteData)StoreTransactionCodec.Decode(header.WrittenSpan, data).Ops.Single();
        Assert.True(decoded.Data.Span == data);
    }

    [Fact]
    public void Any_cut_of_header_or_payload_is_malformed() => GenTransaction.Sample(transaction =>
    {
        (byte[] header, byte[] payload) = Encode(transaction);
        for (int cut = 0; cut < header.Length; cut++)
        {
            Assert.Throws<MalformedDataException>(() => StoreTransactionCodec.Decode(header.AsSpan(0, cut), payload));
        }

        Assert.Throws<MalformedDataException>(() => StoreTransactionCodec.Decode(header, new byte[payload.Length + 1]));
        if (payload.Length > 0)
        {
            Assert.Throws<MalformedDataException>(() => StoreTransactionCodec.Decode(header, payload.AsMemory(1)));
        }
    }, iter: 200);

    [Fact]
    public void Flipped_bytes_decode_to_something_or_are_malformed_but_nothing_else() =>
        Gen.Select(GenTransaction, Gen.Int[0, 1 << 20], Gen.Byte).Sample((transaction, at, value) =>
        {
            (byte[] header, byte[] payload) = Encode(transaction);
            header[at % header.Length] ^= value;
            try
            {
                StoreTransactionCodec.Decode(header, payload);
            }
            catch (MalformedDataException)
            {
                // What the codec promises.
            }
        });

    [Fact]
    public void A_small_write_costs_a_small_header()
    {
        ObjectId id = new(1, "", "rbd_data.1234567890ab.0000000000000001");
        StoreTransaction transaction = new StoreTransaction()
            .Add(new WriteData(id, 4096, new byte[4096]))
            .Add(new SetVersion(id, new Eversion(new Epoch(40), 12345), 1_700_000_000_000));
        Assert.InRange(Encode(transaction).Header.Length, 1, 70);
    }

    private static ObjectId Named(string name) => new(1, "", name);

    private static (byte[] Header, byte[] Payload) Encode(StoreTransaction transaction)
    {
        var header = new ArrayBufferWriter<byte>();
        var payload = new List<ReadOnlyMemory<byte>>();
        StoreTransactionCodec.Encode(transaction, header, payload);
        return (header.WrittenSpan.ToArray(), payload.SelectMany(p => p.ToArray()).ToArray());
    }

    /// <summary>Records compare buffers by reference, so both sides are compared as text.</summary>
    private static string Describe(StoreOp op) => op switch
    {
        WriteData w => $"{w.Object} {w.Offset} {Convert.ToHexString(w.Data.Span)}",
        SetXattr s => $"xattr {s.Object} {s.Name} {Convert.ToHexString(s.Value.Span)}",
        SetOmap s => $"omap {s.Object} {s.Key} {Convert.ToHexString(s.Value.Span)}",
        SetMeta s => $"meta {s.Key} {Convert.ToHexString(s.Value.Span)}",
        SetLog s => $"log {s.Version} {Convert.ToHexString(s.Value.Span)}",
        _ => op.ToString(),
    };
}
