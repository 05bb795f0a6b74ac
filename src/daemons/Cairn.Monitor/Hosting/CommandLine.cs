using System.CommandLine;
using System.Net.Sockets;
using Cairn.Messaging;
using Cairn.Messaging.Configuration;
using Cairn.Messaging.Security;

namespace Cairn.Monitor.Hosting;

/// <summary><c>cairn-mon mkfs --id a --conf FILE</c> and <c>cairn-mon --id a --conf FILE</c>.</summary>
internal static class CommandLine
{
    public static RootCommand Build()
    {
        Option<string> id = new("--id", "-i") { Description = "The monitor's name: 'a' of [mon.a].", Required = true, Recursive = true };
        Option<string> conf = new("--conf", "-c")
        {
            Description = "The configuration file.",
            DefaultValueFactory = _ => "/etc/cairn/cairn.conf",
            Recursive = true,
        };
        Option<string[]> set = new("--set") { Description = "An option of the configuration: NAME=VALUE.", Recursive = true };

        Command mkfs = new("mkfs", "Make the folder of a new monitor.");
        mkfs.SetAction((parsed, _) => GuardAsync(() =>
        {
            CairnConfig config = Load(parsed.GetValue(id)!, parsed.GetValue(conf)!, parsed.GetValue(set) ?? []);
            MonitorSettings settings = MonitorSettings.From(config);
            MonitorDirectory.Create(settings.DataDirectory, settings.Fsid, settings.Name);
            return Task.CompletedTask;
        }));
        Command run = new("run", "Run the monitor (the default).");
        RootCommand root = new("The Cairn monitor: keeps the cluster map.") { id, conf, set, mkfs, run };
        run.SetAction(Run);
        root.SetAction(Run);
        return root;

        Task<int> Run(ParseResult parsed, CancellationToken cancellationToken) =>
            GuardAsync(() => MonitorHost.RunAsync(Load(parsed.GetValue(id)!, parsed.GetValue(conf)!, parsed.GetValue(set) ?? []), cancellationToken));
    }

    private static CairnConfig Load(string id, string conf, string[] set)
    {
        Dictionary<string, string> overrides = [];
        foreach (string option in set)
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new ConfigException($"--set {option}: expected NAME=VALUE");
            }

            overrides[option[..equals]] = option[(equals + 1)..];
        }

        return CairnConfig.Load(conf, EntityName.Monitor(id).ToString(), overrides);
    }

    // What an operator can put right is one sentence; anything else is a bug and shows where.
    private static async Task<int> GuardAsync(Func<Task> action)
    {
        try
        {
            await action();
            return Environment.ExitCode;
        }
        catch (Exception e) when (e is StartException or ConfigException or IdentityException or IOException or SocketException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"cairn-mon: {e.Message}");
            return 1;
        }
    }
}
