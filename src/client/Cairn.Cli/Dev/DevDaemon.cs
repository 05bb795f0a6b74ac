using System.Text.Json.Serialization;

namespace Cairn.Cli.Dev;

/// <summary>One daemon of a dev cluster. Pid and start time together name a process: a pid alone may since have gone to another.</summary>
internal sealed record DevDaemon
{
    public required string Name { get; init; }

    /// <summary>0: not started.</summary>
    public int Pid { get; init; }

    /// <summary>Clock ticks between the machine's boot and the process's start (field 22 of /proc/PID/stat).</summary>
    public ulong StartTicks { get; init; }

    [JsonIgnore]
    public bool IsMonitor => Name.StartsWith("mon.", StringComparison.Ordinal);

    [JsonIgnore]
    public string Id => Name[(Name.IndexOf('.', StringComparison.Ordinal) + 1)..];

    [JsonIgnore]
    public bool IsAlive => ProcFs.Read(Pid) is { IsRunning: true } process && process.StartTicks == StartTicks;
}
