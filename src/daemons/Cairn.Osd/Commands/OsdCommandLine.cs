using System.CommandLine;
using Cairn.Messaging.Configuration;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.Security;

namespace Cairn.Osd.Commands;

/// <summary>The command line of <c>cairn-osd</c>.</summary>
internal static class OsdCommandLine
{
    private static readonly Option<int> IdOption = new("--id") { Description = "Number of the OSD.", Required = true };
    private static readonly Option<string> ConfOption = new("--conf", "-c")
    {
        Description = "Configuration file.",
        DefaultValueFactory = static _ => "/etc/cairn/cairn.conf",
    };

    private static readonly Option<string[]> SetOption = new("--set") { Description = "An option that overrides the configuration: NAME=VALUE.", AllowMultipleArgumentsPerToken = false };

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("The Cairn object storage daemon: keeps objects on one disk.") { IdOption, ConfOption, SetOption };
        root.SetAction((parsed, stopping) => GuardAsync(() => RunCommand.RunAsync(LoadConfig(parsed), parsed.GetRequiredValue(IdOption), stopping)));
        root.Subcommands.Add(Mkfs());
        root.Subcommands.Add(StoreCommands.Create([IdOption, ConfOption, SetOption], parsed => LoadConfig(parsed).GetText("osd_data"), GuardAsync));
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static Command Mkfs()
    {
        var uuid = new Option<Guid?>("--uuid") { Description = "UUID that the cluster gave the OSD; a new one by default." };
        var mkfs = new Command("mkfs", "Makes an empty store in the OSD's data directory.") { IdOption, ConfOption, SetOption, uuid };
        mkfs.SetAction((parsed, _) => GuardAsync(() => MkfsCommand.RunAsync(LoadConfig(parsed), parsed.GetRequiredValue(IdOption), parsed.GetValue(uuid))));
        return mkfs;
    }

    private static CairnConfig LoadConfig(ParseResult parsed) =>
        CairnConfig.Load(parsed.GetValue(ConfOption), $"osd.{parsed.GetRequiredValue(IdOption)}", Overrides(parsed.GetValue(SetOption) ?? []));

    private static IEnumerable<KeyValuePair<string, string>> Overrides(string[] pairs)
    {
        foreach (string pair in pairs)
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            yield return equals > 0
                ? new KeyValuePair<string, string>(pair[..equals], pair[(equals + 1)..])
                : throw new ConfigException($"--set {pair}: expected NAME=VALUE");
        }
    }

    private static async Task<int> GuardAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception e) when (e is ConfigException or IdentityException or OsdStartException or MonitorException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"cairn-osd: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
    }
}
