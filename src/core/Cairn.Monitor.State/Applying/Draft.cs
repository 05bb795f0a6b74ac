using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Monitor.State.Wire;

namespace Cairn.Monitor.State.Applying;

/// <summary>The next state while one entry is applied: handlers change it, and what they leave becomes one epoch.</summary>
internal sealed class Draft
{
    private readonly SortedDictionary<OsdId, string> _reasons = [];

    public Draft(MonitorState before, OsdMap map, long stampUnixMs, Limits limits)
    {
        Before = before;
        Start = map;
        Map = map;
        StampUnixMs = stampUnixMs;
        Limits = limits;
        Osds = before.Osds;
        Config = before.Config;
        Mutes = before.Mutes;
    }

    public MonitorState Before { get; }

    /// <summary>The map as the entry found it.</summary>
    public OsdMap Start { get; }

    /// <summary>The map as it will be, but for its epoch.</summary>
    public OsdMap Map { get; set; }

    /// <summary>The epoch that changes will be part of.</summary>
    public Epoch Next => Start.Epoch.Next;

    public long StampUnixMs { get; }

    public Limits Limits { get; }

    public ImmutableSortedDictionary<OsdId, OsdRecord> Osds { get; set; }

    public ImmutableSortedDictionary<ConfigKey, string> Config { get; set; }

    public ImmutableSortedDictionary<string, HealthMute> Mutes { get; set; }

    /// <summary>History before this epoch may go; none: leave it.</summary>
    public Epoch TrimBefore { get; set; }

    public List<StateEvent> Events { get; } = [];

    public OsdRecord RecordOf(OsdId osd) => Osds.GetValueOrDefault(osd, OsdRecord.None);

    public void SetRecord(OsdId osd, OsdRecord record) => Osds = Osds.SetItem(osd, record);

    public void SetOsd(OsdId osd, OsdState? state)
    {
        ImmutableArray<OsdState?> osds = Map.Osds;
        while (osds.Length <= osd.Value)
        {
            osds = osds.Add(null);
        }

        Map = Map with { Osds = osds.SetItem(osd.Value, state) };
    }

    public void SetPool(Pool pool) => Map = Map with { Pools = Map.Pools.SetItem(pool.Id, pool) };

    /// <summary>Why an OSD went up, down, in or out: for the event that the change becomes.</summary>
    public void Explain(OsdId osd, string reason) => _reasons[osd] = reason;

    public string ReasonFor(OsdId osd) => _reasons.TryGetValue(osd, out string? reason) && reason.Length > 0 ? $": {reason}" : "";
}
