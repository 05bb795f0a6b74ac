using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;
using Cairn.Monitor.State.Wire;
using Google.Protobuf;

namespace Cairn.Monitor.State.Tests;

/// <summary>A monitor state taken through log entries, with a clock that the test advances.</summary>
internal sealed class World
{
    private static readonly Limits Limits = new() { PgsPerOsdMax = 250, FlapDownsMax = 2, FlapPeriodMs = 600_000, FlapHoldMs = 10_000 };

    private ulong _ids;

    public World()
    {
        Apply(new Change { Genesis = new Genesis { Fsid = WireGuid.Write(Fsid) } });
    }

    public static Guid Fsid { get; } = new(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    public MonitorState State { get; private set; } = MonitorState.Empty;

    public OsdMap Map => State.Map!;

    public long NowMs { get; set; } = 1_000_000;

    public List<LogEntry> Log { get; } = [];

    public List<StateEvent> Events { get; } = [];

    /// <summary>A cluster of OSDs that are up, each on a host of its own unless said otherwise.</summary>
    public static World WithOsds(int count, int perHost = 1)
    {
        World world = new();
        for (int i = 0; i < count; i++)
        {
            world.Command(new Command { OsdCreate = new OsdCreate { Uuid = WireGuid.Write(UuidOf(i)) } });
        }

        world.Apply([.. Enumerable.Range(0, count).Select(i => new Change { OsdBooted = Boot(i, host: $"host{i / perHost}") })]);
        return world;
    }

    public IReadOnlyList<ChangeResult> Apply(params Change[] changes)
    {
        LogEntry entry = new() { StampUnixMs = NowMs, Limits = Limits };
        entry.Changes.AddRange(changes);
        Log.Add(entry);
        AppliedEntry applied = State.Apply(entry);
        State = applied.State;
        Events.AddRange(applied.Events);
        return applied.Results;
    }

    public ChangeResult Command(Command command) => Apply(Change(command))[0];

    public Change Change(Command command)
    {
        Command copy = command.Clone();
        copy.Id = copy.Id.IsEmpty ? WireGuid.Write(new Guid((int)++_ids, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)) : copy.Id;
        return new Change { Command = copy };
    }

    public ChangeResult CreatePool(string name, int size = 3, uint pgNum = 8) =>
        Command(new Command { PoolCreate = new PoolCreate { Name = name, Size = size, PgNum = pgNum } });

    public ChangeResult MarkDown(int osd, DownCause cause = DownCause.ProcessGone) => Apply(new Change
    {
        OsdMarkDown = new OsdMarkDown { Osd = osd, UpFrom = Osd(osd).UpFrom.Value, Cause = cause },
    })[0];

    public ChangeResult BootAgain(int osd, ulong incarnation = 2) => Apply(new Change { OsdBooted = Boot(osd, incarnation) })[0];

    public OsdState Osd(int osd) => Map.Osd(new OsdId(osd))!;

    public static OsdBooted Boot(int osd, ulong incarnation = 1, string? host = null) => new()
    {
        Osd = osd,
        Uuid = WireGuid.Write(UuidOf(osd)),
        DataAddress = $"10.0.0.{osd}:6800",
        HeartbeatAddress = $"10.0.0.{osd}:6800",
        AdminAddress = $"10.0.0.{osd}:6801",
        Incarnation = incarnation,
        CrushWeight = 1,
        Location =
        {
            new CrushLocation { Type = "host", Name = host ?? $"host{osd}" },
            new CrushLocation { Type = "root", Name = "default" },
        },
    };

    public static Guid UuidOf(int osd) => new(osd + 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9);
}
