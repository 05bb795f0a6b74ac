using System.Text.Json;
using Cairn.Cli.Shell;

namespace Cairn.Cli.Dev;

/// <summary>A cluster of processes on this machine, as its folder's dev.json records it.</summary>
internal sealed record DevCluster
{
    private const string FileName = "dev.json";

    public required string Folder { get; init; }

    public required Guid Fsid { get; init; }

    /// <summary>Whether `cairn dev up` chose the folder; then `dev down` removes it.</summary>
    public bool OwnsFolder { get; init; }

    /// <summary>Monitors first, each kind by id.</summary>
    public IReadOnlyList<DevDaemon> Daemons { get; init; } = [];

    public string ConfPath => Path.Combine(Folder, "cairn.conf");

    public IEnumerable<DevDaemon> Monitors => Daemons.Where(d => d.IsMonitor);

    public IEnumerable<DevDaemon> Osds => Daemons.Where(d => !d.IsMonitor);

    public string LogOf(DevDaemon daemon) => Path.Combine(Folder, "log", daemon.Name + ".log");

    public string DataOf(DevDaemon daemon) => Path.Combine(Folder, daemon.Name);

    public DevDaemon Find(string name) => Daemons.FirstOrDefault(d => d.Name == name)
        ?? throw new CliException($"the dev cluster in {Folder} has no '{name}': it has {string.Join(", ", Daemons.Select(d => d.Name))}");

    public DevCluster With(IEnumerable<DevDaemon> changed)
    {
        Dictionary<string, DevDaemon> byName = changed.ToDictionary(d => d.Name);
        return this with
        {
            Daemons = [.. Daemons.Select(d => byName.Remove(d.Name, out DevDaemon? now) ? now : d), .. byName.Values],
        };
    }

    public static DevCluster? TryLoad(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), CliJson.Default.DevCluster);
        }
        catch (JsonException e)
        {
            throw new CliException($"{path} is damaged: {e.Message}");
        }
    }

    /// <summary>Replaces the file whole: a reader never sees half of it.</summary>
    public void Save()
    {
        string path = Path.Combine(Folder, FileName);
        string next = $"{path}.{Environment.ProcessId}";
        File.WriteAllText(next, JsonSerializer.Serialize(this, CliJson.Default.DevCluster) + "\n");
        File.Move(next, path, overwrite: true);
    }
}
