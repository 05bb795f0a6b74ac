using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.State.Commands;

/// <summary>From a command's kind to its handler.</summary>
internal static class CommandDispatcher
{
    public static ChangeResult Apply(Draft draft, Command command) => command.ActionCase switch
    {
        Command.ActionOneofCase.OsdCreate => OsdLifecycle.Create(draft, command.OsdCreate),
        Command.ActionOneofCase.OsdDestroy => OsdLifecycle.Destroy(draft, command.OsdDestroy),
        Command.ActionOneofCase.OsdRemove => OsdLifecycle.Remove(draft, command.OsdRemove),
        Command.ActionOneofCase.OsdLost => OsdLifecycle.Lost(draft, command.OsdLost),
        Command.ActionOneofCase.OsdIn => OsdMarks.In(draft, command.OsdIn),
        Command.ActionOneofCase.OsdOut => OsdMarks.Out(draft, command.OsdOut),
        Command.ActionOneofCase.OsdDown => OsdMarks.Down(draft, command.OsdDown),
        Command.ActionOneofCase.OsdReweight => OsdMarks.Reweight(draft, command.OsdReweight),
        Command.ActionOneofCase.OsdPrimaryAffinity => OsdMarks.PrimaryAffinity(draft, command.OsdPrimaryAffinity),
        Command.ActionOneofCase.ChangeFlags => ClusterCommands.ChangeFlags(draft, command.ChangeFlags),
        Command.ActionOneofCase.SetFullRatios => ClusterCommands.SetFullRatios(draft, command.SetFullRatios),

        Command.ActionOneofCase.PoolCreate => PoolCreation.Create(draft, command.PoolCreate),
        Command.ActionOneofCase.PoolRemove => PoolCommands.Remove(draft, command.PoolRemove),
        Command.ActionOneofCase.PoolRename => PoolCommands.Rename(draft, command.PoolRename),
        Command.ActionOneofCase.PoolSet => PoolVariables.Set(draft, command.PoolSet),

        Command.ActionOneofCase.CrushAdd => CrushCommands.Add(draft, command.CrushAdd),
        Command.ActionOneofCase.CrushCreateOrMove => CrushCommands.CreateOrMove(draft, command.CrushCreateOrMove),
        Command.ActionOneofCase.CrushLink => CrushCommands.Link(draft, command.CrushLink),
        Command.ActionOneofCase.CrushMove => CrushCommands.Move(draft, command.CrushMove),
        Command.ActionOneofCase.CrushRemove => CrushCommands.Remove(draft, command.CrushRemove),
        Command.ActionOneofCase.CrushReweight => CrushCommands.Reweight(draft, command.CrushReweight),
        Command.ActionOneofCase.CrushReweightSubtree => CrushCommands.ReweightSubtree(draft, command.CrushReweightSubtree),
        Command.ActionOneofCase.CrushReweightAll => CrushCommands.ReweightAll(draft, command.CrushReweightAll),
        Command.ActionOneofCase.CrushRenameBucket => CrushCommands.RenameBucket(draft, command.CrushRenameBucket),
        Command.ActionOneofCase.CrushSwapBuckets => CrushCommands.SwapBuckets(draft, command.CrushSwapBuckets),
        Command.ActionOneofCase.CrushSetDeviceClass => CrushClassCommands.Set(draft, command.CrushSetDeviceClass),
        Command.ActionOneofCase.CrushRemoveDeviceClass => CrushClassCommands.Remove(draft, command.CrushRemoveDeviceClass),
        Command.ActionOneofCase.CrushRenameClass => CrushClassCommands.Rename(draft, command.CrushRenameClass),
        Command.ActionOneofCase.CrushSetTunables => CrushTunableCommands.Set(draft, command.CrushSetTunables),
        Command.ActionOneofCase.CrushAddBucket => CrushCommands.AddBucket(draft, command.CrushAddBucket),
        Command.ActionOneofCase.CrushRuleCreate => CrushRuleCommands.Create(draft, command.CrushRuleCreate),
        Command.ActionOneofCase.CrushRuleRemove => CrushRuleCommands.Remove(draft, command.CrushRuleRemove),
        Command.ActionOneofCase.CrushRuleRename => CrushRuleCommands.Rename(draft, command.CrushRuleRename),
        Command.ActionOneofCase.CrushWeightSetCreate => CrushWeightSetCommands.Create(draft, command.CrushWeightSetCreate),
        Command.ActionOneofCase.CrushWeightSetRemove => CrushWeightSetCommands.Remove(draft, command.CrushWeightSetRemove),
        Command.ActionOneofCase.CrushWeightSetReweight => CrushWeightSetCommands.Reweight(draft, command.CrushWeightSetReweight),
        Command.ActionOneofCase.CrushSetMap => CrushMapReplacement.Set(draft, command.CrushSetMap),

        Command.ActionOneofCase.PgTempSet => PgOverrides.SetTemp(draft, command.PgTempSet),
        Command.ActionOneofCase.PrimaryTempSet => PgOverrides.SetPrimaryTemp(draft, command.PrimaryTempSet),
        Command.ActionOneofCase.UpmapSet => PgOverrides.SetUpmap(draft, command.UpmapSet),
        Command.ActionOneofCase.UpmapRemove => PgOverrides.RemoveUpmap(draft, command.UpmapRemove),
        Command.ActionOneofCase.UpmapItemsSet => PgOverrides.SetUpmapItems(draft, command.UpmapItemsSet),
        Command.ActionOneofCase.UpmapItemsRemove => PgOverrides.RemoveUpmapItems(draft, command.UpmapItemsRemove),
        Command.ActionOneofCase.UpmapPlan => UpmapPlans.Apply(draft, command.UpmapPlan),

        Command.ActionOneofCase.BlocklistAdd => ClusterCommands.AddToBlocklist(draft, command.BlocklistAdd),
        Command.ActionOneofCase.BlocklistRemove => ClusterCommands.RemoveFromBlocklist(draft, command.BlocklistRemove),
        Command.ActionOneofCase.HealthMute => ClusterCommands.Mute(draft, command.HealthMute),
        Command.ActionOneofCase.HealthUnmute => ClusterCommands.Unmute(draft, command.HealthUnmute),
        Command.ActionOneofCase.ConfigSet => ConfigCommands.Set(draft, command.ConfigSet),
        Command.ActionOneofCase.ConfigRemove => ConfigCommands.Remove(draft, command.ConfigRemove),
        Command.ActionOneofCase.AuthAdd => AuthCommands.Add(draft, command.AuthAdd),
        Command.ActionOneofCase.AuthCaps => AuthCommands.SetCaps(draft, command.AuthCaps),
        Command.ActionOneofCase.AuthRemove => AuthCommands.Remove(draft, command.AuthRemove),
        _ => ChangeResult.Invalid("the command is of a kind that this version of the monitor does not know"),
    };
}
