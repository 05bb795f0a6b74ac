using Cairn.Crush;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;
using CrushLocation = Cairn.Maps.Commands.CrushLocation;

namespace Cairn.Monitor.State.Tests;

public sealed class CrushCommandTests
{
    private readonly World _world = World.WithOsds(4);

    [Fact]
    public void An_edit_that_leaves_a_pool_without_enough_places_is_refused_and_changes_nothing()
    {
        _world.CreatePool("data", size: 4);
        Epoch before = _world.Map.Epoch;
        ChangeResult result = Run(new Command { CrushRemove = new CrushRemove { Item = "osd.3" } });
        Assert.Equal(CommandStatus.Refused, result.Status);
        Assert.Equal("pool 'data' wants 4 copies, but its CRUSH rule could then place 3; force it if that is meant", result.Message);
        Assert.Equal(before, _world.Map.Epoch);
    }

    [Fact]
    public void It_is_done_when_forced_and_from_then_on_the_pool_is_no_reason_to_refuse_other_edits()
    {
        _world.CreatePool("data", size: 4);
        Ok(new Command { CrushRemove = new CrushRemove { Item = "osd.3", Force = true } });
        Assert.False(_world.Map.Crush.Devices.ContainsKey(3));
        Ok(new Command { CrushReweight = new CrushReweight { Item = "osd.2", Weight = 2 } });
        Assert.Equal(CommandStatus.Refused, Run(new Command { CrushReweight = new CrushReweight { Item = "osd.2", Weight = 0 } }).Status);
    }

    [Fact]
    public void Hosts_under_one_rack_are_too_few_for_a_rule_over_racks()
    {
        for (int i = 0; i < 3; i++)
        {
            Ok(new Command { CrushMove = new CrushMove { Item = $"host{i}", Location = { At("root", "default"), At("rack", $"rack{i}") } } });
        }

        Ok(new Command { CrushRuleCreate = new CrushRuleCreate { Name = "racks", Root = "default", FailureDomain = "rack" } });
        Ok(new Command { PoolCreate = new PoolCreate { Name = "data", Size = 3, PgNum = 8, CrushRule = "racks" } });
        CrushMove move = new() { Item = "host2", Location = { At("root", "default"), At("rack", "rack1") } };
        Assert.Contains("could then place 2", Run(new Command { CrushMove = move }).Message, StringComparison.Ordinal);
        move.Force = true;
        Ok(new Command { CrushMove = move });
    }

    [Fact]
    public void A_rule_in_use_and_a_bucket_that_is_not_empty_stay()
    {
        _world.CreatePool("data");
        Assert.Contains("is used by pool 'data'", Run(new Command { CrushRuleRemove = new CrushRuleRemove { Name = "replicated_rule" } }).Message, StringComparison.Ordinal);
        Assert.Contains("not empty", Run(new Command { CrushRemove = new CrushRemove { Item = "host1", Force = true } }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_kind_of_edit_reaches_the_map()
    {
        Ok(new Command { CrushAddBucket = new CrushAddBucket { Name = "r1", Type = "rack", Location = { At("root", "default") } } });
        Ok(new Command { CrushMove = new CrushMove { Item = "host0", Location = { At("rack", "r1") } } });
        Ok(new Command { CrushReweightSubtree = new CrushReweightSubtree { Bucket = "r1", Weight = 2.5 } });
        Assert.Equal(0x28000u, Tree.FindBucket("r1")!.Weight);
        Ok(new Command { CrushRenameBucket = new CrushRenameBucket { Bucket = "r1", NewName = "r2" } });
        Ok(new Command { CrushRenameBucket = new CrushRenameBucket { Bucket = "r1", NewName = "r2" } }); // A script run twice.
        Ok(new Command { CrushSetDeviceClass = new CrushSetDeviceClass { Osds = { 0, 1 }, DeviceClass = "ssd" } });
        Ok(new Command { CrushRuleCreate = new CrushRuleCreate { Name = "fast", Root = "default", FailureDomain = "host", DeviceClass = "ssd" } });
        Ok(new Command { CrushRenameClass = new CrushRenameClass { DeviceClass = "ssd", NewName = "nvme" } });
        Assert.Equal("nvme", _world.Map.Crush.Devices[1].Class);
        Ok(new Command { CrushRuleRename = new CrushRuleRename { Name = "fast", NewName = "faster" } });
        Ok(new Command { CrushRuleRemove = new CrushRuleRemove { Name = "faster" } });
        Ok(new Command { CrushRemoveDeviceClass = new CrushRemoveDeviceClass { Osds = { 0, 1 } } });
        Assert.Null(_world.Map.Crush.Devices[1].Class);
        Ok(new Command { CrushAddBucket = new CrushAddBucket { Name = "spare", Type = "host" } });
        Ok(new Command { CrushSwapBuckets = new CrushSwapBuckets { Source = "spare", Target = "host3" } });
        Ok(new Command { CrushAddBucket = new CrushAddBucket { Name = "other", Type = "root" } });
        Ok(new Command { CrushLink = new CrushLink { Item = "host1", Location = { At("root", "other") } } });
        Ok(new Command { CrushRemove = new CrushRemove { Item = "host1", Ancestor = "other" } });
        Ok(new Command { CrushReweightAll = new CrushReweightAll() });
        Ok(new Command { CrushSetTunables = new CrushSetTunables { Tunables = { new CrushSetTunables.Types.Tunable { Name = "choose_total_tries", Value = 70 } } } });
        Assert.Equal(70, _world.Map.Crush.Tunables.ChooseTotalTries);
        Ok(new Command { CrushSetTunables = new CrushSetTunables { Profile = "firefly" } });
        Assert.Equal(CrushTunables.Firefly, _world.Map.Crush.Tunables);
        Ok(new Command { CrushCreateOrMove = new CrushCreateOrMove { Osd = 0, Weight = 9, Location = { At("root", "default"), At("host", "host2") } } });
        Assert.Equal(0x28000u, Tree.WeightOf(0)); // It had a weight, and keeps it.
        _world.Map.Crush.Validate();
    }

    [Fact]
    public void What_does_not_exist_is_answered_with_a_sentence()
    {
        Assert.Equal("there is no bucket 'x'", Run(new Command { CrushRenameBucket = new CrushRenameBucket { Bucket = "x", NewName = "y" } }).Message);
        Assert.Equal("osd.9 does not exist", Run(new Command { CrushSetDeviceClass = new CrushSetDeviceClass { Osds = { 9 }, DeviceClass = "ssd" } }).Message);
        Assert.Contains("no profile 'kraken'", Run(new Command { CrushSetTunables = new CrushSetTunables { Profile = "kraken" } }).Message, StringComparison.Ordinal);
        Assert.Equal("'osd.9' is not in the CRUSH map", Run(new Command { CrushLink = new CrushLink { Item = "osd.9" } }).Message);
    }

    [Fact]
    public void A_whole_map_goes_out_as_text_and_comes_in_again()
    {
        _world.CreatePool("data");
        string text = CrushText.Write(_world.Map.Crush);
        Ok(new Command { CrushSetMap = new CrushSetMap { Text = text.Replace("item osd.0 weight 1.000", "item osd.0 weight 3.000", StringComparison.Ordinal) } });
        Assert.Equal(0x30000u, Tree.WeightOf(0));
    }

    [Fact]
    public void A_whole_map_without_a_pools_rule_is_refused_even_when_forced()
    {
        _world.CreatePool("data");
        CrushEditor editor = new(_world.Map.Crush);
        editor.RemoveRule("replicated_rule");
        ChangeResult result = Run(new Command { CrushSetMap = new CrushSetMap { Text = CrushText.Write(editor.ToMap()), Force = true } });
        Assert.Equal("the map has no rule 0, which pool 'data' uses", result.Message);
    }

    [Fact]
    public void A_whole_map_without_an_OSD_or_without_places_for_a_pool_takes_force()
    {
        _world.CreatePool("data", size: 4);
        CrushEditor editor = new(_world.Map.Crush);
        editor.Remove("osd.3");
        CrushSetMap set = new() { Text = CrushText.Write(editor.ToMap()) };
        Assert.Contains("the map has no osd.3", Run(new Command { CrushSetMap = set }).Message, StringComparison.Ordinal);
        set.Force = true;
        Ok(new Command { CrushSetMap = set });
    }

    [Fact]
    public void A_balancers_plan_is_applied_whole_and_only_on_the_map_it_was_made_for()
    {
        long pool = _world.CreatePool("data", size: 2, pgNum: 8).Pool;
        PgMapping first = _world.Map.MapPg(new PgId(pool, 0));
        int to = Enumerable.Range(0, 4).First(o => !first.Up.Contains(new OsdId(o)));
        UpmapPlan plan = new() { Epoch = _world.Map.Epoch.Value };
        plan.Changes.Add(new UpmapItemsSet { Pg = $"{pool}.0", Items = { new UpmapItem { From = first.Up[0].Value, To = to } } });
        UpmapPlan broken = plan.Clone();
        broken.Changes.Add(new UpmapItemsSet { Pg = $"{pool}.99", Items = { new UpmapItem { From = 0, To = 1 } } });

        Assert.Equal(CommandStatus.NotFound, Run(new Command { UpmapPlan = broken }).Status);
        Assert.Empty(_world.Map.PgUpmapItems);
        Ok(new Command { UpmapPlan = plan });
        Assert.Contains(new OsdId(to), _world.Map.MapPg(new PgId(pool, 0)).Up);
        Assert.Contains("the map has changed since", Run(new Command { UpmapPlan = plan }).Message, StringComparison.Ordinal);
        UpmapPlan undo = new() { Epoch = _world.Map.Epoch.Value, Changes = { new UpmapItemsSet { Pg = $"{pool}.0" } } };
        Ok(new Command { UpmapPlan = undo });
        Assert.Empty(_world.Map.PgUpmapItems);
    }

    private CrushTree Tree => _world.Map.Crush.Tree;

    private ChangeResult Run(Command command) => _world.Command(command);

    private void Ok(Command command)
    {
        ChangeResult result = Run(command);
        Assert.True(result.Status == CommandStatus.Ok, result.Message);
    }

    private static CrushLocation At(string type, string name) => new() { Type = type, Name = name };
}
