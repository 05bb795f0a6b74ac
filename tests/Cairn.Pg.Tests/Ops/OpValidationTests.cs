using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Pg.Ops;
using static Cairn.Pg.Tests.Ops.OpFixture;

namespace Cairn.Pg.Tests.Ops;

public sealed class OpValidationTests
{
    public static TheoryData<ObjectOp, OpStatus> BadSteps => new()
    {
        { new SetXattrOp("", default), OpStatus.InvalidArgument },
        { new SetXattrOp(new string('x', 101), default), OpStatus.NameTooLong },
        { new SetXattrOp("x", new byte[(64 << 10) + 1]), OpStatus.TooLarge },
        { new GetXattrOp("half \uD800"), OpStatus.InvalidArgument },
        { new TruncateOp((128UL << 20) + 1), OpStatus.TooLarge },
        { new WriteOp(ulong.MaxValue, new byte[1]), OpStatus.TooLarge },
        { new ZeroOp(ulong.MaxValue, 2), OpStatus.InvalidArgument },
        { new ReadOp(ulong.MaxValue, 2), OpStatus.InvalidArgument },
        { new OmapGetRangeOp(null, 0), OpStatus.InvalidArgument },
        { new OmapRemoveKeysOp([new string('k', 4097)]), OpStatus.NameTooLong },
        { new CompareXattrOp("x", (Comparison)9, default), OpStatus.InvalidArgument },
        { new ListObjectsOp(null, 10, null), OpStatus.InvalidArgument },
    };

    [Theory]
    [MemberData(nameof(BadSteps))]
    public void A_malformed_step_is_refused_by_its_place(ObjectOp step, OpStatus expected)
    {
        OpFault? fault = Check(Id, new CreateOp(false), step);
        Assert.Equal(expected, fault?.Status);
        Assert.StartsWith("step 2 of 2 (", fault!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_measured_in_utf8_bytes()
    {
        Assert.Null(Check(new ObjectId(1, new string('n', 256), new string('é', 1024)), new StatOp()));
        Assert.Equal(OpStatus.NameTooLong, Check(new ObjectId(1, "", new string('é', 1025)), new StatOp())?.Status);
        Assert.Equal(OpStatus.NameTooLong, Check(new ObjectId(1, new string('n', 257), "x"), new StatOp())?.Status);
        Assert.Equal(OpStatus.InvalidArgument, Check(new ObjectId(1, "", ""), new StatOp())?.Status);
        Assert.Equal(OpStatus.InvalidArgument, Check(new ObjectId(1, "", "\uDC00\uD800"), new StatOp())?.Status);
        Assert.Null(Check(new ObjectId(1, "", "\U0001F34E"), new StatOp()));
    }

    [Fact]
    public void An_operation_must_have_steps_and_belong_to_the_pool()
    {
        Assert.Equal(OpStatus.InvalidArgument, Check(Id)?.Status);
        Assert.Equal(OpStatus.InvalidArgument, Check(new ObjectId(2, "", "x"), new StatOp())?.Status);
        Assert.Equal(OpStatus.InvalidArgument, Check((ObjectId?)null, new StatOp())?.Status);
        Assert.Null(Check((ObjectId?)null, new ListObjectsOp(null, 10, null)));
    }

    [Fact]
    public void The_payload_of_all_steps_together_is_limited()
    {
        var limits = OpLimits.Default with { OperationBytesMax = 10 };
        Assert.Null(Check(limits, new WriteOp(0, new byte[5]), new AppendOp(new byte[5])));
        Assert.Equal(OpStatus.TooLarge, Check(limits, new WriteOp(0, new byte[5]), new AppendOp(new byte[6]))?.Status);
    }

    private static OpFault? Check(ObjectId? id, params ObjectOp[] steps) =>
        OpValidation.Check(new OsdOp(new RequestId(1, 1), ThePg, id, new Epoch(1), steps), OpLimits.Default);

    private static OpFault? Check(OpLimits limits, params ObjectOp[] steps) =>
        OpValidation.Check(new OsdOp(new RequestId(1, 1), ThePg, Id, new Epoch(1), steps), limits);
}
