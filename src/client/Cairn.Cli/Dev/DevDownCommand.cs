using System.CommandLine;
using Cairn.Cli.Shell;

namespace Cairn.Cli.Dev;

/// <summary>`cairn dev down`: ends all daemons; removes the data where `dev up` chose the folder, or where --purge says so.</summary>
internal static class DevDownCommand
{
    public static Command Create()
    {
        Option<bool> purge = new("--purge") { Description = "Remove the cluster's folder with all its data (done anyway if 'dev up' chose the folder)." };
        Option<bool> keep = new("--keep") { Description = "Keep the folder: 'cairn dev up' then starts the same cluster again." };
        return new Command("down", "Stops the dev cluster.") { DevCommands.Folder, purge, keep }.Runs(async (cli, cancellationToken) =>
        {
            DevCluster cluster = DevCommands.Find(cli);
            // An OSD that stops has the monitors show it down.
            IReadOnlyList<DevDaemon> killed =
            [
                .. await DevStopper.StopAsync([.. cluster.Osds], cancellationToken),
                .. await DevStopper.StopAsync([.. cluster.Monitors], cancellationToken),
            ];
            if (killed.Count > 0)
            {
                cli.Error.WriteLine($"cairn: {string.Join(", ", killed.Select(d => d.Name))} did not stop in time and had to be killed");
            }

            bool remove = !cli.Get(keep) && (cluster.OwnsFolder || cli.Get(purge));
            if (remove)
            {
                DevPointer.RemoveIfFor(cluster);
                Directory.Delete(cluster.Folder, recursive: true);
            }

            cli.Show(
                DevView.Of(cluster),
                output => output.WriteLine(remove ? $"stopped, and {cluster.Folder} removed" : $"stopped; {cluster.Folder} stays"));
        });
    }
}
