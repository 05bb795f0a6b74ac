using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Monitor.State.Applying;
using Cairn.Monitor.State.History;
using Cairn.Monitor.State.Wire;

namespace Cairn.Monitor.State;

/// <summary>
/// What the monitors agree on: the cluster map with its history, and what goes with it. Immutable; log entries take it on,
/// the same entries to the same state on every monitor, for ever: the only clock is the entry's stamp.
/// </summary>
public sealed record MonitorState
{
    public static MonitorState Empty { get; } = new();

    /// <summary>The newest map; null until the first leader has made epoch 1.</summary>
    public OsdMap? Map { get; init; }

    public MapHistory History { get; init; } = MapHistory.Empty;

    /// <summary>What is known of OSDs beyond the map.</summary>
    public ImmutableSortedDictionary<OsdId, OsdRecord> Osds { get; init; } = ImmutableSortedDictionary<OsdId, OsdRecord>.Empty;

    /// <summary>Answers given, so that a command sent again is not applied again.</summary>
    public CommandMemory Commands { get; init; } = CommandMemory.Empty;

    public ImmutableSortedDictionary<ConfigKey, string> Config { get; init; } = ImmutableSortedDictionary<ConfigKey, string>.Empty;

    public ImmutableSortedDictionary<string, HealthMute> Mutes { get; init; } =
        ImmutableSortedDictionary.Create<string, HealthMute>(StringComparer.Ordinal);

    /// <summary>Stamp of the newest entry. Never goes back, even when a leader's clock does.</summary>
    public long StampUnixMs { get; init; }

    public Epoch Epoch => Map?.Epoch ?? Epoch.None;

    /// <summary>Applies a log entry; at most one new epoch comes of it.</summary>
    public AppliedEntry Apply(LogEntry entry) => EntryApplier.Apply(this, entry);

    public OsdRecord OsdRecordOf(OsdId osd) => Osds.GetValueOrDefault(osd, OsdRecord.None);
}
