using Cairn.Maps;
using Cairn.Maps.Stats;

namespace Cairn.Monitor.State;

public enum StateEventKind
{
    Map = 1,
    OsdUp,
    OsdDown,
    OsdIn,
    OsdOut,
    OsdCreated,
    OsdRemoved,
    PoolCreated,
    PoolRemoved,
    PoolChanged,
    Flags,
    Crush,
    Health,
    Leader,
    Config,
}

/// <summary>Something happened that an operator knows by name.</summary>
/// <param name="Osd">The OSD it is about, or <see cref="OsdId.Nobody"/>.</param>
public sealed record StateEvent(StateEventKind Kind, HealthSeverity Severity, string Message, Epoch Epoch, OsdId Osd)
{
    /// <summary>By the stamp of the log entry.</summary>
    public long UnixMs { get; init; }
}
