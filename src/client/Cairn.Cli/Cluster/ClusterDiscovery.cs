using Cairn.Cli.Dev;
using Cairn.Cli.Shell;
using Cairn.Messaging.Configuration;

namespace Cairn.Cli.Cluster;

/// <summary>Which cluster is meant: the one of --conf, of $CAIRN_CONF, the dev cluster that runs here, or the one this host belongs to.</summary>
internal static class ClusterDiscovery
{
    private const string SystemConf = "/etc/cairn/cairn.conf";

    public static CairnConfig LoadConfig(string? confOption, string entity, IReadOnlyList<KeyValuePair<string, string>> overrides) =>
        CairnConfig.Load(FindConf(confOption), entity, overrides);

    public static string FindConf(string? confOption)
    {
        if (confOption is not null)
        {
            return confOption;
        }

        if (Environment.GetEnvironmentVariable("CAIRN_CONF") is { Length: > 0 } fromEnvironment)
        {
            return fromEnvironment;
        }

        if (DevPointer.FindRunning() is { } dev)
        {
            return dev.ConfPath;
        }

        return File.Exists(SystemConf)
            ? SystemConf
            : throw new CliException($"no cluster found: no --conf, no $CAIRN_CONF, no running dev cluster ('cairn dev up' starts one), and no {SystemConf}");
    }
}
