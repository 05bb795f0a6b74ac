using System.Text;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Simulation.Checkers;
using Cairn.Simulation.History;

namespace Cairn.Simulation.Tests.Checkers;

/// <summary>The judge itself must be able to condemn.</summary>
public sealed class LinearizabilitySearchTests
{
    [Fact]
    public void Operations_one_after_another_are_explained() =>
        Assert.True(Judge(Write(1, 2, "a"), Read(3, 4, "a"), Append(5, 6, "b"), Read(7, 8, "ab")));

    [Fact]
    public void A_read_that_overlaps_a_write_may_see_either_state()
    {
        Assert.True(Judge(Write(1, 2, "a"), Write(3, 6, "b"), Read(4, 5, "a")));
        Assert.True(Judge(Write(1, 2, "a"), Write(3, 6, "b"), Read(4, 5, "b")));
    }

    [Fact]
    public void A_stale_read_is_condemned() => Assert.False(Judge(Write(1, 2, "a"), Write(3, 4, "b"), Read(5, 6, "a")));

    [Fact]
    public void Two_reads_may_not_go_back_in_time() =>
        Assert.False(Judge(Write(1, 2, "a"), Write(3, 20, "b"), Read(4, 5, "b"), Read(6, 7, "a")));

    [Fact]
    public void A_lost_write_is_condemned() => Assert.False(Judge(Write(1, 2, "a"), Append(3, 4, "b"), Read(5, 6, "a")));

    [Fact]
    public void A_write_applied_twice_is_condemned() => Assert.False(Judge(Write(1, 2, "a"), Append(3, 4, "b"), Read(5, 6, "abb")));

    [Fact]
    public void An_unanswered_write_may_show_late_or_never()
    {
        Assert.True(Judge(Write(1, 2, "a"), Unanswered(3, "b"), Read(5, 6, "a"), Read(7, 8, "b")));
        Assert.True(Judge(Write(1, 2, "a"), Unanswered(3, "b"), Read(5, 6, "a")));
        Assert.False(Judge(Write(1, 2, "a"), Unanswered(3, "b"), Read(5, 6, "b"), Read(7, 8, "a")));
    }

    [Fact]
    public void An_answer_that_the_state_cannot_give_is_condemned() =>
        Assert.False(Judge(Write(1, 2, "a"), Make(3, 4, new RemoveOp(), OpStatus.NotFound)));

    private static bool? Judge(params Operation[] operations) => new LinearizabilitySearch(operations).Run(100_000);

    private static Operation Write(long from, long to, string value) => Make(from, to, new WriteFullOp(Bytes(value)), OpStatus.Ok);

    private static Operation Append(long from, long to, string value) => Make(from, to, new AppendOp(Bytes(value)), OpStatus.Ok);

    private static Operation Read(long from, long to, string value) => Make(from, to, new ReadOp(0, 0), OpStatus.Ok, value);

    private static Operation Unanswered(long from, string value)
    {
        Operation operation = Make(from, from, new WriteFullOp(Bytes(value)), OpStatus.Ok);
        operation.Reply = null;
        operation.AnsweredUs = long.MaxValue;
        return operation;
    }

    private static Operation Make(long from, long to, ObjectOp step, OpStatus status, string data = "") => new()
    {
        Client = 0,
        Id = new RequestId(1, (ulong)from),
        Object = new ObjectId(1, "", "x"),
        Steps = [step],
        InvokedUs = from,
        AnsweredUs = to,
        Reply = new OsdOpReply(new RequestId(1, (ulong)from), status, new Eversion(new Epoch(1), 1), [new StepResult(status) { Data = Bytes(data) }]),
    };

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
