using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Pg.Ops;
using static Cairn.Pg.Tests.Ops.OpFixture;

namespace Cairn.Pg.Tests.Ops;

public sealed class CompareStepTests
{
    private readonly OpFixture _pg = new();

    [Fact]
    public void A_failed_compare_undoes_the_steps_before_it_and_says_which_step_it_was()
    {
        _pg.MustRun(new WriteFullOp(Bytes("old")));
        OpOutcome outcome = _pg.Run(new WriteFullOp(Bytes("new")), new SetXattrOp("a", Bytes("1")), new CompareXattrOp("a", Comparison.Equal, Bytes("2")));

        Assert.Equal(OpStatus.CompareFailed, outcome.Status);
        Assert.StartsWith("step 3 of 3 (compare-xattr): xattr 'a'", outcome.Message, StringComparison.Ordinal);
        Assert.Empty(outcome.Results);
        Assert.Equal("old", _pg.Data());
        Assert.Empty(_pg.Store.GetXattrs(ThePg, Id));
    }

    [Theory]
    [InlineData(Comparison.Equal, "b", true)]
    [InlineData(Comparison.Equal, "bb", false)]
    [InlineData(Comparison.NotEqual, "a", true)]
    [InlineData(Comparison.Greater, "a", true)]
    [InlineData(Comparison.Greater, "b", false)]
    [InlineData(Comparison.GreaterOrEqual, "b", true)]
    [InlineData(Comparison.Less, "c", true)]
    [InlineData(Comparison.Less, "a", false)]
    [InlineData(Comparison.LessOrEqual, "b", true)]
    public void The_stored_value_stands_left_of_the_operator(Comparison comparison, string given, bool holds)
    {
        _pg.MustRun(new SetXattrOp("x", Bytes("b")), new OmapSetOp([new("k", Bytes("b"))]));
        OpStatus expected = holds ? OpStatus.Ok : OpStatus.CompareFailed;
        Assert.Equal(expected, _pg.Run(new CompareXattrOp("x", comparison, Bytes(given))).Status);
        Assert.Equal(expected, _pg.Run(new OmapCompareOp("k", comparison, Bytes(given))).Status);
    }

    [Fact]
    public void An_absent_value_compares_as_empty()
    {
        _pg.MustRun(new CreateOp(false));
        Assert.Equal(OpStatus.Ok, _pg.Run(new CompareXattrOp("x", Comparison.Equal, default)).Status);
        Assert.Equal(OpStatus.Ok, _pg.Run(new OmapCompareOp("k", Comparison.Less, Bytes("a"))).Status);
    }

    [Fact]
    public void An_extent_that_differs_is_reported_with_its_first_byte()
    {
        _pg.MustRun(new WriteFullOp(Bytes("hello")));
        OpOutcome outcome = _pg.Run(new CompareExtentOp(1, Bytes("elxo")), new WriteFullOp(Bytes("never")));
        Assert.Equal(OpStatus.CompareFailed, outcome.Status);
        Assert.Contains("byte 3", outcome.Message, StringComparison.Ordinal);
        Assert.Equal("hello", _pg.Data());
    }

    [Fact]
    public void Past_the_end_an_extent_compares_as_zeroes()
    {
        Assert.Equal(OpStatus.Ok, _pg.Run(new CompareExtentOp(0, Bytes("\0\0"))).Status);
        _pg.MustRun(new WriteFullOp(Bytes("ab")));
        Assert.Equal(OpStatus.Ok, _pg.Run(new CompareExtentOp(1, Bytes("b\0\0"))).Status);
        Assert.Equal(OpStatus.CompareFailed, _pg.Run(new CompareExtentOp(1, Bytes("b\0x"))).Status);
    }

    [Fact]
    public void A_compare_and_write_reads_first_and_then_writes()
    {
        _pg.MustRun(new WriteFullOp(Bytes("v1")));
        _pg.MustRun(new CompareExtentOp(0, Bytes("v1")), new WriteFullOp(Bytes("v2")));
        Assert.Equal(new DataExtent(0, 2), Assert.Single(_pg.Fetched));
        Assert.Equal("v2", _pg.Data());
    }

    [Fact]
    public void The_first_failing_step_counts_even_if_a_later_one_is_known_to_fail_sooner()
    {
        _pg.MustRun(new WriteFullOp(Bytes("abc")));
        OpOutcome outcome = _pg.Run(new CompareExtentOp(0, Bytes("xyz")), new CreateOp(Exclusive: true));
        Assert.Equal(OpStatus.CompareFailed, outcome.Status);
        outcome = _pg.Run(new CompareExtentOp(0, Bytes("abc")), new CreateOp(Exclusive: true));
        Assert.Equal(OpStatus.Exists, outcome.Status);
        Assert.StartsWith("step 2 of 2 (create)", outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_that_no_data_can_change_is_told_without_reading()
    {
        _pg.MustRun(new WriteFullOp(Bytes("abc")));
        OpOutcome outcome = _pg.Run(new ReadOp(0, 0), new GetXattrOp("none"));
        Assert.Equal(OpStatus.NoData, outcome.Status);
        Assert.Empty(_pg.Fetched);
    }

    [Fact]
    public void An_asserted_version_is_that_of_the_object_before_the_operation()
    {
        Eversion version = _pg.Run(new WriteFullOp(Bytes("x"))).Version;
        Assert.Equal(OpStatus.VersionMismatch, _pg.Run(new AssertVersionOp(new Eversion(new Epoch(1), 1)), new RemoveOp()).Status);
        Assert.Equal(OpStatus.Ok, _pg.Run(new AssertVersionOp(version), new RemoveOp()).Status);
        Assert.Equal(OpStatus.NotFound, _pg.Run(new AssertVersionOp(version)).Status);
    }
}
