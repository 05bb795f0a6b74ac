using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Objects.Transactions;
using Cairn.Pg.Ops;
using static Cairn.Pg.Tests.Ops.OpFixture;

namespace Cairn.Pg.Tests.Ops;

public sealed class DataStepTests
{
    private readonly OpFixture _pg = new();

    [Fact]
    public void A_write_makes_the_object_with_the_new_version()
    {
        OpOutcome outcome = _pg.Run(new WriteOp(0, Bytes("hello")));

        Assert.Equal(OpStatus.Ok, outcome.Status);
        Assert.Null(outcome.Before);
        Assert.Equal(new ObjectStat(5, outcome.Version, 1001), outcome.After);
        Assert.True(_pg.Store.TryStat(ThePg, Id, out ObjectStat stat));
        Assert.Equal(outcome.After, stat);
    }

    [Fact]
    public void A_gap_before_a_write_reads_as_zeroes()
    {
        _pg.MustRun(new WriteOp(3, Bytes("x")));
        Assert.Equal("\0\0\0x", _pg.Data());
    }

    [Fact]
    public void Write_full_replaces_longer_data_and_keeps_xattrs()
    {
        _pg.MustRun(new WriteOp(0, Bytes("a long text")), new SetXattrOp("colour", Bytes("red")));
        _pg.MustRun(new WriteFullOp(Bytes("short")));
        Assert.Equal("short", _pg.Data());
        Assert.Equal("red", Text(_pg.MustRun(new GetXattrOp("colour"))[0].Data));
    }

    [Fact]
    public void Append_sees_what_a_truncate_before_it_left()
    {
        _pg.MustRun(new WriteFullOp(Bytes("hello world")));
        _pg.MustRun(new TruncateOp(5), new AppendOp(Bytes("!")));
        Assert.Equal("hello!", _pg.Data());
    }

    [Fact]
    public void What_is_cut_off_does_not_come_back_when_the_object_grows_again()
    {
        _pg.MustRun(new WriteFullOp(Bytes("secret")));
        StepResult read = _pg.MustRun(new TruncateOp(1), new TruncateOp(4), new ReadOp(0, 0))[2];
        Assert.Equal("s\0\0\0", Text(read.Data));
        Assert.Equal("s\0\0\0", _pg.Data());
    }

    [Fact]
    public void Zeroing_neither_grows_nor_makes_an_object()
    {
        Assert.False(_pg.Run(new ZeroOp(0, 10)).Mutated);
        _pg.MustRun(new WriteFullOp(Bytes("abc")));
        _pg.MustRun(new ZeroOp(1, 10));
        Assert.Equal("a\0\0", _pg.Data());
    }

    [Fact]
    public void Truncating_what_is_not_there_changes_nothing()
    {
        OpOutcome outcome = _pg.Run(new TruncateOp(7));
        Assert.Equal(OpStatus.Ok, outcome.Status);
        Assert.False(outcome.Mutated);
        Assert.Null(outcome.After);
    }

    [Fact]
    public void A_write_of_nothing_past_the_end_grows_the_object()
    {
        _pg.MustRun(new WriteOp(4, default));
        Assert.Equal("\0\0\0\0", _pg.Data());
    }

    [Fact]
    public void A_read_is_clipped_to_the_object_and_empty_past_its_end()
    {
        _pg.MustRun(new WriteFullOp(Bytes("hello")));
        Assert.Equal("lo", Text(_pg.MustRun(new ReadOp(3, 100))[0].Data));
        Assert.Equal(new DataExtent(3, 2), Assert.Single(_pg.Fetched));
        Assert.True(_pg.MustRun(new ReadOp(5, 100))[0].Data.IsEmpty);
        Assert.Empty(_pg.Fetched);
    }

    [Fact]
    public void A_read_behind_a_write_in_the_same_operation_sees_it_over_the_stored_bytes()
    {
        _pg.MustRun(new WriteFullOp(Bytes("hello world")));
        IReadOnlyList<StepResult> results = _pg.MustRun(
            new ReadOp(0, 0), new WriteOp(0, Bytes("J")), new ZeroOp(1, 1), new ReadOp(0, 7), new StatOp());
        Assert.Equal("hello world", Text(results[0].Data));
        Assert.Equal("J\0llo w", Text(results[3].Data));
        Assert.Equal(11UL, results[4].Stat!.Value.Size);
    }

    [Fact]
    public void A_read_of_what_the_operation_itself_wrote_needs_no_data()
    {
        StepResult read = _pg.MustRun(new WriteFullOp(Bytes("new")), new ReadOp(0, 0))[1];
        Assert.Equal("new", Text(read.Data));
        Assert.Empty(_pg.Fetched);
    }

    [Fact]
    public void A_stat_behind_a_write_gives_the_new_size_version_and_time()
    {
        OpOutcome outcome = _pg.Run(new AppendOp(Bytes("abc")), new StatOp());
        Assert.Equal(outcome.After, outcome.Results[1].Stat);
    }

    [Fact]
    public void The_size_limit_holds_for_appends_too()
    {
        var pg = new OpFixture(OpLimits.Default with { ObjectBytesMax = 8 });
        pg.MustRun(new AppendOp(Bytes("12345678")));
        OpOutcome outcome = pg.Run(new AppendOp(Bytes("9")));
        Assert.Equal(OpStatus.TooLarge, outcome.Status);
        Assert.Contains("step 1 of 1 (append)", outcome.Message, StringComparison.Ordinal);
        Assert.Contains("osd_max_object_size", outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Removing_leaves_nothing_behind_for_the_steps_after_it()
    {
        _pg.MustRun(new WriteFullOp(Bytes("old")), new SetXattrOp("x", Bytes("1")), new OmapSetOp([new("k", Bytes("v"))]));
        IReadOnlyList<StepResult> results = _pg.MustRun(
            new RemoveOp(), new CreateOp(Exclusive: true), new GetXattrsOp(), new OmapGetRangeOp(null, 10), new TruncateOp(3), new ReadOp(0, 0));
        Assert.Empty(results[2].Values);
        Assert.Empty(results[3].Values);
        Assert.Equal("\0\0\0", Text(results[5].Data));
        Assert.Equal("\0\0\0", _pg.Data());
        Assert.Empty(_pg.Store.GetXattrs(ThePg, Id));
    }

    [Fact]
    public void An_object_made_and_removed_in_one_operation_changes_nothing()
    {
        OpOutcome outcome = _pg.Run(new WriteFullOp(Bytes("x")), new RemoveOp());
        Assert.Equal(OpStatus.Ok, outcome.Status);
        Assert.False(outcome.Mutated);
    }

    [Fact]
    public void Data_of_another_state_of_the_object_is_asked_for_again()
    {
        _pg.MustRun(new WriteFullOp(Bytes("first")));
        var transaction = new StoreTransaction();
        OpOutcome asked = _pg.Execute(transaction, null, new ReadOp(0, 0));
        _pg.MustRun(new WriteFullOp(Bytes("second")));

        OpOutcome again = _pg.Execute(transaction, new FetchedData(asked.Before, [Bytes("first")]), new ReadOp(0, 0));

        Assert.Equal(new DataExtent(0, 6), Assert.Single(again.Needs));
    }
}
