namespace Cairn.Crush.Tests;

public sealed class ChooseArgsTextTests
{
    [Fact]
    public void An_entry_with_neither_weights_nor_ids_is_none()
    {
        CrushMap map = WithArgs("{ bucket_id -1 }");

        Assert.Empty(map.ChooseArgs[0].Buckets);
        Assert.Equal(map, CrushText.Read(CrushText.Write(map)));
    }

    [Fact]
    public void Two_entries_of_one_bucket_are_one()
    {
        CrushMap map = WithArgs("{ bucket_id -1 weight_set [ [ 1.0 2.0 ] ] } { bucket_id -1 ids [ 5 6 ] }");

        ChooseArg arg = Assert.Single(map.ChooseArgs[0].Buckets).Value;
        Assert.Equal([0x10000u, 0x20000u], Assert.Single(arg.WeightSet).AsEnumerable());
        Assert.Equal([5, 6], arg.Ids.AsEnumerable());
        Assert.Equal(map, CrushText.Read(CrushText.Write(map)));
    }

    [Fact]
    public void An_empty_weight_set_takes_the_bucket_s_earlier_one_back() =>
        Assert.Empty(WithArgs("{ bucket_id -1 weight_set [ [ 1.0 2.0 ] ] } { bucket_id -1 weight_set [ ] }").ChooseArgs[0].Buckets);

    [Fact]
    public void Ids_that_are_fewer_than_the_items_are_refused_and_none_at_all_too()
    {
        Assert.Contains("exactly 2 ids but got 1", Assert.Throws<CrushTextException>(() => WithArgs("{ bucket_id -1 ids [ 5 ] }")).Message, StringComparison.Ordinal);
        Assert.Contains("exactly 2 ids but got 0", Assert.Throws<CrushTextException>(() => WithArgs("{ bucket_id -1 ids [ ] }")).Message, StringComparison.Ordinal);
    }

    private static CrushMap WithArgs(string entries) => CrushText.Read(
        $$"""
        device 0 osd.0
        device 1 osd.1
        type 0 osd
        type 1 root
        root default {
            id -1
            alg straw2
            hash 0
            item osd.0 weight 1.0
            item osd.1 weight 1.0
        }
        choose_args 0 { {{entries}} }
        """);
}
