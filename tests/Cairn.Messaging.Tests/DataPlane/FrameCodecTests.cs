using Cairn.Maps;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.DataPlane.Frames;
using Cairn.Messaging.DataPlane.Wire;
using Cairn.Messaging.Wire;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Google.Protobuf;
using OsdOpReply = Cairn.Objects.Operations.OsdOpReply;
using StepResult = Cairn.Objects.Operations.StepResult;

namespace Cairn.Messaging.Tests.DataPlane;

public class FrameCodecTests
{
    private static readonly KeyValuePair<string, ReadOnlyMemory<byte>>[] Entries =
        [new("a", new byte[] { 1, 2 }), new("", ReadOnlyMemory<byte>.Empty), new("ключ", new byte[300])];

    public static TheoryData<ObjectOp> Steps =>
    [
        new CreateOp(true), new WriteOp(5, new byte[] { 1 }), new WriteFullOp(new byte[200]), new AppendOp(new byte[3]), new TruncateOp(0), new ZeroOp(1, 1UL << 40),
        new RemoveOp(), new SetXattrOp("x", new byte[9]), new RemoveXattrOp(""), new OmapSetOp(Entries), new OmapRemoveKeysOp(["k", ""]), new OmapClearOp(),
        new ReadOp(ulong.MaxValue, 0), new StatOp(), new GetXattrOp("y"), new GetXattrsOp(), new OmapGetKeysOp(["k"]), new OmapGetRangeOp(null, 7),
        new OmapGetRangeOp("", 1000), new AssertExistsOp(), new AssertVersionOp(new Eversion(new Epoch(4), 9)), new CompareXattrOp("z", Comparison.Less, new byte[1]),
        new CompareExtentOp(8, new byte[2]), new OmapCompareOp("o", Comparison.NotEqual, default), new ListObjectsOp(new ObjectId(3, "n", "m", 5), 10, ""), new ListObjectsOp(null, 1, null),
    ];

    [Theory]
    [MemberData(nameof(Steps))]
    public void Every_step_comes_back_as_it_was(ObjectOp step)
    {
        OsdOp op = new(new RequestId(ulong.MaxValue, 12), new PgId(3, 31), new ObjectId(3, "ns", "name"), new Epoch(77), [new StatOp(), step, new AppendOp(new byte[] { 7 })]);
        OsdOp back = Assert.IsType<OsdOpFrame>(RoundTrip(new OsdOpFrame(op))).Op;
        Assert.Equal((op.Id, op.Pg, op.Object, op.MapEpoch), (back.Id, back.Pg, back.Object, back.MapEpoch));
        Assert.Equal(3, back.Steps.Count);
        Assert.Equal(Describe(step), Describe(back.Steps[1]));
        Assert.Equal([7], Assert.IsType<AppendOp>(back.Steps[2]).Data.ToArray());
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void The_generated_classes_read_and_write_the_same_requests(ObjectOp step)
    {
        OsdOp op = new(new RequestId(5, 12), new PgId(3, 31), new ObjectId(3, "ns", "name"), new Epoch(77), [step]);
        (byte[] header, byte[] payload) = Encode(new OsdOpFrame(op));
        FrameHeader parsed = FrameHeader.Parser.ParseFrom(header);
        Assert.Equal(12UL, parsed.OsdOp.Sequence);
        Assert.Equal(payload.Length, (int)parsed.OsdOp.Steps[0].DataLength);
        OsdOp back = Assert.IsType<OsdOpFrame>(FrameDecoder.Decode(parsed.ToByteArray(), payload)).Op;
        Assert.Equal(Describe(step), Describe(back.Steps[0]));
    }

    [Fact]
    public void A_reply_comes_back_as_it_was()
    {
        StepResult[] results =
        [
            StepResult.Done,
            new(OpStatus.Ok) { Data = new byte[] { 1, 2, 3 }, Stat = new ObjectStat(9, new Eversion(new Epoch(1), 2), 1234567890123) },
            new(OpStatus.Ok) { Values = Entries, More = true },
            new(OpStatus.NoData),
            new(OpStatus.Ok) { Objects = [new ObjectId(0, "", "a"), new ObjectId(7, "n", "b", 3)], More = true },
        ];
        OsdOpReply reply = new(new RequestId(1, 2), OpStatus.CompareFailed, new Eversion(new Epoch(3), 4), results, "step 3: no");
        Frame frame = new OsdOpReplyFrame(reply);
        OsdOpReply back = Assert.IsType<OsdOpReplyFrame>(RoundTrip(frame)).Reply;
        Assert.Equal((reply.Id, reply.Status, reply.Version, reply.Message), (back.Id, back.Status, back.Version, back.Message));
        Assert.Equal(results.Select(Describe), back.Results.Select(Describe));
        (byte[] header, byte[] payload) = Encode(frame);
        Assert.Equal(payload.Length, frame.PayloadLength);
        Frame again = FrameDecoder.Decode(FrameHeader.Parser.ParseFrom(header).ToByteArray(), payload);
        Assert.Equal(results.Select(Describe), Assert.IsType<OsdOpReplyFrame>(again).Reply.Results.Select(Describe));
    }

    [Fact]
    public void Frames_of_OSDs_come_back_as_they_were()
    {
        PingReplyFrame ping = Assert.IsType<PingReplyFrame>(RoundTrip(new PingReplyFrame(new OsdId(3), new Epoch(4), 5, 6)));
        Assert.Equal((3, 4u, 5ul, 6ul), (ping.From.Value, ping.Epoch.Value, ping.Stamp, ping.ReplyStamp));
        PingFrame request = Assert.IsType<PingFrame>(RoundTrip(new PingFrame(new OsdId(0), new Epoch(4), ulong.MaxValue)));
        Assert.Equal((0, 4u, ulong.MaxValue), (request.From.Value, request.Epoch.Value, request.Stamp));
        OpRejectedFrame rejected = Assert.IsType<OpRejectedFrame>(RoundTrip(new OpRejectedFrame(new RequestId(9, 8), new Epoch(7), new Epoch(6))));
        Assert.Equal((new RequestId(9, 8), new Epoch(7), new Epoch(6)), (rejected.Id, rejected.OpEpoch, rejected.Epoch));
        Assert.Equal(new Epoch(9), Assert.IsType<MapNoticeFrame>(RoundTrip(new MapNoticeFrame(new Epoch(9)))).Epoch);
        PgMessageFrame pg = Assert.IsType<PgMessageFrame>(RoundTrip(new PgMessageFrame(
            new PgId(1, 2), new OsdId(3), new Epoch(4), new byte[] { 5, 6 }, [new byte[] { 1 }, new byte[] { 2, 3 }])));
        Assert.Equal([5, 6], pg.Body.ToArray());
        Assert.Equal([1, 2, 3], Assert.Single(pg.Data).ToArray());
    }

    [Fact]
    public void Unknown_fields_are_passed_over()
    {
        OsdOp op = new(new RequestId(5, 12), new PgId(3, 31), null, new Epoch(77), [new StatOp()]);
        (byte[] header, _) = Encode(new OsdOpFrame(op));
        byte[] longer = [.. header[..2], .. header[2..], 0xf8, 0x01, 0x05]; // Field 31, varint 5, inside the request.
        longer[1] += 3;
        Assert.Equal(op.Id, Assert.IsType<OsdOpFrame>(FrameDecoder.Decode(longer, default)).Op.Id);
    }

    [Fact]
    public void Data_that_the_payload_does_not_have_is_refused()
    {
        OsdOp op = new(new RequestId(5, 12), new PgId(3, 31), null, new Epoch(77), [new WriteFullOp(new byte[10])]);
        (byte[] header, _) = Encode(new OsdOpFrame(op));
        Assert.Throws<FrameFormatException>(() => FrameDecoder.Decode(header, new byte[9]));
        Assert.Throws<FrameFormatException>(() => FrameDecoder.Decode(header, new byte[11]));
    }

    [Fact]
    public void Any_bytes_give_a_frame_or_a_format_error()
    {
        (byte[] header, byte[] payload) = Encode(new OsdOpFrame(new OsdOp(
            new RequestId(5, 12), new PgId(3, 31), new ObjectId(3, "n", "name"), new Epoch(77), [.. Steps.Select(s => s.Data)])));
        CsCheck.Check.Sample(
            CsCheck.Gen.Select(CsCheck.Gen.Int[0, header.Length - 1], CsCheck.Gen.Byte, CsCheck.Gen.Int[0, header.Length]),
            mutation =>
            {
                (int at, byte value, int length) = mutation;
                byte[] mutated = [.. header];
                mutated[at] = value;
                Assert.True(DecodesOrRefuses(mutated, payload) && DecodesOrRefuses(mutated[..length], payload));
            },
            iter: 20_000);
    }

    private static bool DecodesOrRefuses(byte[] header, byte[] payload)
    {
        try
        {
            FrameDecoder.Decode(header, payload);
        }
        catch (FrameFormatException)
        {
            // The one error that a peer's bytes may cause.
        }

        return true;
    }

    private static Frame RoundTrip(Frame frame)
    {
        (byte[] header, byte[] payload) = Encode(frame);
        return FrameDecoder.Decode(header, payload);
    }

    private static (byte[] Header, byte[] Payload) Encode(Frame frame)
    {
        ProtoWriter header = new();
        List<ReadOnlyMemory<byte>> payload = [];
        frame.Encode(header, payload);
        return (header.Written.ToArray(), [.. payload.SelectMany(p => p.ToArray())]);
    }

    /// <summary>Buffers and lists by their contents: records compare them by reference.</summary>
    private static string Describe(object value) => value switch
    {
        StepResult r => $"{r.Status} {Hex(r.Data)} {r.Stat} [{string.Join(",", r.Values.Select(v => v.Key + Hex(v.Value)))}] {string.Join(",", r.Objects)} {r.More}",
        _ => value.GetType().Name + string.Join(";", value.GetType().GetProperties().Select(p => p.GetValue(value) switch
        {
            ReadOnlyMemory<byte> m => Hex(m),
            IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> e => string.Join(",", e.Select(v => v.Key + Hex(v.Value))),
            IReadOnlyList<string> keys => string.Join(",", keys),
            { } other => other.ToString(),
            null => "null",
        })),
    };

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexString(bytes.Span);
}
