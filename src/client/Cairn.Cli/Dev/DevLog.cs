namespace Cairn.Cli.Dev;

/// <summary>What a daemon said last.</summary>
internal static class DevLog
{
    public static string LastLine(DevCluster cluster, DevDaemon daemon)
    {
        string path = cluster.LogOf(daemon);
        string? last = File.Exists(path) ? File.ReadLines(path).LastOrDefault(l => l.Trim().Length > 0) : null;
        return last is null ? $"its log {path} is empty" : $"{last.Trim()} ({path})";
    }
}
