using Cairn.Crush;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.State.Tests;

public sealed class WeightSetCommandTests
{
    private readonly World _world = World.WithOsds(4);

    [Fact]
    public void A_pool_gets_a_set_of_its_own_with_a_weight_for_each_place_and_loses_it_with_the_pool()
    {
        _world.CreatePool("data");
        Run(new Command { CrushWeightSetCreate = new CrushWeightSetCreate { Pool = "data", Positional = true } });
        Run(new Command { CrushWeightSetReweight = new CrushWeightSetReweight { Pool = "data", Item = "osd.1", Weights = { 0.5, 0.25, 1 } } });

        long pool = _world.Map.FindPool("data")!.Id;
        int host = _world.Map.Crush.Tree.FindItem("host1")!.Value;
        Assert.Equal([0x8000u, 0x4000u, 0x10000u], _world.Map.Crush.ChooseArgs[pool].Buckets[host].WeightSet.Select(w => w[0]));

        Run(new Command { PoolRemove = new PoolRemove { Name = "data", ConfirmName = "data" } });
        Assert.Empty(_world.Map.Crush.ChooseArgs);
    }

    [Fact]
    public void The_compat_set_is_of_all_pools_and_to_make_or_remove_it_twice_changes_nothing()
    {
        Run(new Command { CrushWeightSetCreate = new CrushWeightSetCreate() });
        Epoch made = _world.Map.Epoch;
        Run(new Command { CrushWeightSetCreate = new CrushWeightSetCreate() });
        Assert.Equal(made, _world.Map.Epoch);
        Assert.Contains(ChooseArgs.DefaultSet, _world.Map.Crush.ChooseArgs.Keys);

        Run(new Command { CrushWeightSetRemove = new CrushWeightSetRemove() });
        Assert.Empty(_world.Map.Crush.ChooseArgs);
        Run(new Command { CrushWeightSetRemove = new CrushWeightSetRemove() });
    }

    [Fact]
    public void Weights_that_leave_a_pool_without_enough_places_are_refused_unless_forced()
    {
        _world.CreatePool("data", size: 4);
        Run(new Command { CrushWeightSetCreate = new CrushWeightSetCreate { Pool = "data" } });
        CrushWeightSetReweight none = new() { Pool = "data", Item = "osd.3", Weights = { 0 } };

        ChangeResult refused = _world.Command(new Command { CrushWeightSetReweight = none });
        Assert.Equal(CommandStatus.Refused, refused.Status);
        Assert.Contains("could then place 3", refused.Message, StringComparison.Ordinal);

        none.Force = true;
        Run(new Command { CrushWeightSetReweight = none });
    }

    [Fact]
    public void What_makes_no_sense_is_refused_with_a_sentence()
    {
        _world.CreatePool("data");
        Assert.Equal("there is no pool 'none'", Refusal(new Command { CrushWeightSetCreate = new CrushWeightSetCreate { Pool = "none" } }));
        Assert.Contains("not positional", Refusal(new Command { CrushWeightSetCreate = new CrushWeightSetCreate { Positional = true } }), StringComparison.Ordinal);
        Assert.Contains("create it first", Refusal(Reweight("osd.1", 1)), StringComparison.Ordinal);
        Run(new Command { CrushWeightSetCreate = new CrushWeightSetCreate { Pool = "data" } });
        Assert.Contains("'osd.9'", Refusal(Reweight("osd.9", 1)), StringComparison.Ordinal);
        Assert.Contains("between 0 and", Refusal(Reweight("osd.1", -1)), StringComparison.Ordinal);
        Assert.Contains("1 positions", Refusal(Reweight("osd.1", 1, 1)), StringComparison.Ordinal);

        static Command Reweight(string item, params double[] weights) =>
            new() { CrushWeightSetReweight = new CrushWeightSetReweight { Pool = "data", Item = item, Weights = { weights } } };
    }

    private void Run(Command command)
    {
        ChangeResult result = _world.Command(command);
        Assert.True(result.Status == CommandStatus.Ok, result.Message);
    }

    private string Refusal(Command command)
    {
        ChangeResult result = _world.Command(command);
        Assert.NotEqual(CommandStatus.Ok, result.Status);
        return result.Message;
    }
}
