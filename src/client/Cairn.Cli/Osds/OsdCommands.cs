using System.CommandLine;
using Cairn.Cli.Balancing;
using Cairn.Cli.Osds.Crush;

namespace Cairn.Cli.Osds;

/// <summary>`cairn osd`.</summary>
internal static class OsdCommands
{
    public static Command Create() => new("osd", "The OSDs: who is up, who holds data, where they stand in the CRUSH hierarchy.")
    {
        OsdTreeCommand.Create(),
        OsdDfCommand.Create(),
        OsdDumpCommands.Stat(),
        OsdDumpCommands.Dump(),
        OsdMapCommand.Create(),
        OsdOpsCommand.Create(),
        OsdMarkCommands.Out(),
        OsdMarkCommands.In(),
        OsdMarkCommands.Down(),
        OsdMarkCommands.Reweight(),
        OsdMarkCommands.PrimaryAffinity(),
        OsdMarkCommands.Lost(),
        OsdLifeCommands.New(),
        OsdLifeCommands.Destroy(),
        OsdLifeCommands.Remove(),
        OsdFlagCommands.Set(),
        OsdFlagCommands.Unset(),
        OsdFlagCommands.SetRatios(),
        OsdBlocklistCommands.Create(),
        CrushCommands.Create(),
        CrushMapCommands.Get(),
        CrushMapCommands.Set(),
        BalanceCommand.Create(),
    };
}
