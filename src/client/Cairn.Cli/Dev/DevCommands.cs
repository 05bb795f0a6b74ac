using System.CommandLine;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;

namespace Cairn.Cli.Dev;

/// <summary>`cairn dev`: a whole cluster of real processes on loopback.</summary>
internal static class DevCommands
{
    public static readonly Option<string?> Folder = new("--dir", "-d")
    {
        Description = "The cluster's folder. Else the dev cluster that runs here.",
        HelpName = "DIR",
    };

    public static Command Create() => new("dev", "A whole cluster of separate processes on this machine, to try things and to test.")
    {
        DevUpCommand.Create(),
        DevStatusCommand.Create(),
        DevDownCommand.Create(),
        DevControlCommands.Start(),
        DevControlCommands.Stop(),
        DevControlCommands.Kill(),
        DevControlCommands.Freeze(),
        DevControlCommands.Thaw(),
        DevControlCommands.AddOsd(),
    };

    /// <summary>The cluster that --dir, --conf, $CAIRN_CONF or the pointer file names, in that order.</summary>
    public static DevCluster Find(Invocation cli)
    {
        string? folder = cli.Get(Folder);
        if (folder is null && (cli.ConfPath ?? Environment.GetEnvironmentVariable("CAIRN_CONF")) is { Length: > 0 } conf)
        {
            folder = Path.GetDirectoryName(Path.GetFullPath(conf));
        }

        return folder is null
            ? DevPointer.Find() ?? throw new CliException("no dev cluster here: 'cairn dev up' starts one")
            : DevCluster.TryLoad(Path.GetFullPath(folder)) ?? throw new CliException($"there is no dev cluster in {folder}");
    }
}
