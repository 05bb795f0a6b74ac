namespace Cairn.Crush.Tests;

public sealed class WeightSetTests
{
    private readonly CrushEditor _editor = new(CrushMap.CreateDefault());

    public WeightSetTests()
    {
        for (int osd = 0; osd < 6; osd++)
        {
            _editor.SetDevice(osd, 0x10000, CrushLocation.ParseAll($"root=default host=h{osd / 2}"));
            _editor.SetDeviceClass(osd, osd % 2 == 0 ? "ssd" : "hdd");
        }
    }

    [Fact]
    public void A_new_set_begins_as_the_hierarchy_so_nothing_moves()
    {
        CrushMap before = _editor.ToMap();

        Assert.True(_editor.CreateWeightSet(ChooseArgs.DefaultSet, positions: 1));

        Assert.Equal(Map(before), Map(_editor.ToMap()));
        Assert.False(_editor.CreateWeightSet(ChooseArgs.DefaultSet, positions: 1));
    }

    [Fact]
    public void A_weight_in_a_set_is_summed_up_there_and_in_the_trees_of_the_classes_and_the_hierarchy_keeps_its_own()
    {
        _editor.CreateWeightSet(7, positions: 2);

        _editor.ReweightInSet(7, "osd.2", [0x8000, 0]);

        CrushMap map = _editor.ToMap();
        Assert.Equal([0x8000u, 0x10000u], Weights(map, "h1", position: 0));
        Assert.Equal([0u, 0x10000u], Weights(map, "h1", position: 1));
        Assert.Equal([0x20000u, 0x18000u, 0x20000u], Weights(map, "default", position: 0));
        Assert.Equal([0x20000u, 0x10000u, 0x20000u], Weights(map, "default", position: 1));
        Assert.Equal([0x10000u, 0x8000u, 0x10000u], Weights(map, "default~ssd", position: 0));
        Assert.Equal(0x60000u, map.Tree.FindBucket("default")!.Weight);
        map.Validate();
        Assert.Equal(map, CrushText.Read(CrushText.Write(map)));
    }

    [Fact]
    public void A_bucket_that_came_after_the_set_gets_an_entry_when_something_in_it_is_reweighted()
    {
        _editor.CreateWeightSet(ChooseArgs.DefaultSet, positions: 1);
        _editor.SetDevice(6, 0x10000, CrushLocation.ParseAll("root=default host=h3"));

        _editor.ReweightInSet(ChooseArgs.DefaultSet, "osd.6", [0x4000]);

        Assert.Equal([0x4000u], _editor.ToMap().ChooseArgs[ChooseArgs.DefaultSet].Buckets[_editor.ToMap().Tree.FindItem("h3")!.Value].WeightSet[0].AsEnumerable());
        Assert.Equal(0x4000u, Last(_editor.ToMap()));

        static uint Last(CrushMap map) => map.ChooseArgs[ChooseArgs.DefaultSet].Buckets[map.Tree.FindItem("default")!.Value].WeightSet[0][^1];
    }

    [Fact]
    public void As_many_weights_as_positions_are_wanted_and_a_set_and_an_item_that_exist()
    {
        _editor.CreateWeightSet(7, positions: 2);

        Assert.Contains("2 positions", Assert.Throws<CrushException>(() => _editor.ReweightInSet(7, "osd.2", [1])).Message, StringComparison.Ordinal);
        Assert.Contains("osd.9", Assert.Throws<CrushException>(() => _editor.ReweightInSet(7, "osd.9", [1, 1])).Message, StringComparison.Ordinal);
        Assert.Contains("create it", Assert.Throws<CrushException>(() => _editor.ReweightInSet(8, "osd.2", [1])).Message, StringComparison.Ordinal);
        Assert.Contains("is in no bucket", Assert.Throws<CrushException>(() => _editor.ReweightInSet(7, "default", [1, 1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_item_of_no_weight_in_the_set_is_not_chosen()
    {
        _editor.CreateWeightSet(ChooseArgs.DefaultSet, positions: 1);

        _editor.ReweightInSet(ChooseArgs.DefaultSet, "h1", [0]);

        Assert.DoesNotContain(2, Map(_editor.ToMap()));
        Assert.DoesNotContain(3, Map(_editor.ToMap()));
        Assert.True(_editor.RemoveWeightSet(ChooseArgs.DefaultSet));
        Assert.Contains(2, Map(_editor.ToMap()));
        Assert.False(_editor.RemoveWeightSet(ChooseArgs.DefaultSet));
    }

    private static IEnumerable<uint> Weights(CrushMap map, string bucket, int position) =>
        map.ChooseArgs[7].Buckets[map.Tree.FindItem(bucket)!.Value].WeightSet[position].AsEnumerable();

    private static List<int> Map(CrushMap map)
    {
        List<int> all = [];
        var found = new int[2];
        uint[] weights = [.. Enumerable.Repeat(0x10000u, 6)];
        for (uint x = 0; x < 100; x++)
        {
            int count = map.Mapper.Map(0, x, found, weights);
            all.AddRange(found.Take(count));
        }

        return all;
    }
}
