using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Pg.Ops;
using static Cairn.Pg.Tests.Ops.OpFixture;

namespace Cairn.Pg.Tests.Ops;

public sealed class AttributeStepTests
{
    private readonly OpFixture _pg = new();

    [Fact]
    public void An_xattr_makes_the_object()
    {
        Assert.True(_pg.Run(new SetXattrOp("a", Bytes("1"))).After.HasValue);
        Assert.Equal("", _pg.Data());
    }

    [Fact]
    public void Xattrs_set_and_removed_in_one_operation_show_at_once()
    {
        _pg.MustRun(new SetXattrOp("b", Bytes("2")), new SetXattrOp("c", Bytes("3")));
        StepResult result = _pg.MustRun(new SetXattrOp("a", Bytes("1")), new RemoveXattrOp("c"), new GetXattrsOp())[2];
        Assert.Equal(["a", "b"], result.Values.Select(v => v.Key));
        Assert.Equal(OpStatus.NoData, _pg.Run(new GetXattrOp("c")).Status);
        Assert.Equal(OpStatus.NoData, _pg.Run(new RemoveXattrOp("a"), new GetXattrOp("a")).Status);
    }

    [Fact]
    public void Without_an_object_there_is_nothing_to_get_or_remove()
    {
        ObjectOp[] steps =
        [
            new ReadOp(0, 0), new StatOp(), new GetXattrOp("a"), new GetXattrsOp(), new OmapGetKeysOp(["a"]), new OmapGetRangeOp(null, 1), new AssertExistsOp(),
            new RemoveOp(), new RemoveXattrOp("a"), new OmapRemoveKeysOp(["a"]), new OmapClearOp(), new OmapCompareOp("a", Comparison.Equal, default),
            new CompareXattrOp("a", Comparison.Equal, default),
        ];
        Assert.All(steps, step => Assert.Equal(OpStatus.NotFound, _pg.Run(step).Status));
    }

    [Fact]
    public void An_exclusive_create_fails_on_an_object_that_is_there()
    {
        _pg.MustRun(new CreateOp(Exclusive: true));
        Assert.Equal(OpStatus.Exists, _pg.Run(new CreateOp(Exclusive: true)).Status);
        Assert.False(_pg.Run(new CreateOp(Exclusive: false)).Mutated);
    }

    [Fact]
    public void Omap_keys_come_in_the_order_of_their_bytes_a_page_at_a_time()
    {
        _pg.MustRun(new OmapSetOp([new("b", Bytes("2")), new("\uFFFD", Bytes("4")), new("a", Bytes("1")), new("\U00010000", Bytes("5")), new("c", Bytes("3"))]));
        StepResult first = _pg.MustRun(new OmapGetRangeOp(null, 2))[0];
        Assert.Equal(["a", "b"], first.Values.Select(v => v.Key));
        Assert.True(first.More);
        StepResult rest = _pg.MustRun(new OmapGetRangeOp("b", 3))[0];
        Assert.Equal(["c", "\uFFFD", "\U00010000"], rest.Values.Select(v => v.Key));
        Assert.False(rest.More);
    }

    [Fact]
    public void A_page_is_full_even_when_the_operation_removed_entries_of_it()
    {
        _pg.MustRun(new OmapSetOp([.. Enumerable.Range(0, 10).Select(i => KeyValuePair.Create($"k{i}", Bytes("v")))]));
        StepResult page = _pg.MustRun(new OmapRemoveKeysOp(["k0", "k2"]), new OmapSetOp([new("k1a", Bytes("new"))]), new OmapGetRangeOp(null, 4))[2];
        Assert.Equal(["k1", "k1a", "k3", "k4"], page.Values.Select(v => v.Key));
        Assert.True(page.More);
    }

    [Fact]
    public void Clearing_the_omap_hides_the_stored_keys_from_later_steps()
    {
        _pg.MustRun(new OmapSetOp([new("a", Bytes("1")), new("b", Bytes("2"))]));
        IReadOnlyList<StepResult> results = _pg.MustRun(new OmapClearOp(), new OmapSetOp([new("b", Bytes("3"))]), new OmapGetKeysOp(["a", "b"]));
        Assert.Equal("3", Text(Assert.Single(results[2].Values).Value));
    }
}
