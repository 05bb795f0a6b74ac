using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State;
using Cairn.Monitor.State.Applying;
using Cairn.Monitor.State.Liveness;
using Cairn.Monitor.State.Wire;
using Cairn.Simulation.Network;

namespace Cairn.Simulation.Cluster;

/// <summary>
/// The monitors as the cluster sees them: the real replicated state and the real liveness rules, over a log that is one machine here. Changes
/// gather for a while and then make at most one epoch; a fault may take the quorum away, and then nothing changes.
/// </summary>
public sealed class SimMonitor : INetworkNode
{
    private const long UnixStartMs = 1_700_000_000_000;

    private readonly World _world;
    private readonly List<OsdMap> _maps = [];
    private readonly List<Change> _changes = [];
    private readonly FailureJudge _failures = new();
    private readonly LivenessOptions _liveness;

    // Boots are held back for a moment, not for minutes as in a real cluster: a history is a minute long.
    private readonly Limits _limits = new() { FlapDownsMax = 5, FlapPeriodMs = 30_000, FlapHoldMs = 500 };
    private MonitorState _state = MonitorState.Empty;
    private bool _proposing;
    private int _lastCommand;

    public SimMonitor(World world)
    {
        _world = world;
        _liveness = new LivenessOptions
        {
            DownOutIntervalMs = world.Options.DownOutIntervalUs / 1000,
            ReportLifetimeMs = 2 * world.Options.HeartbeatGraceUs / 1000,
            InRatioMin = 0.3, // More than a real cluster allows, so that more moves.
        };
        Apply([new Change { Genesis = new Genesis { Fsid = WireGuid.Write(new Guid("c0ffee00-0000-4000-8000-000000000001")) } }]);
        Apply([.. Enumerable.Range(0, world.Options.OsdCount).Select(i => AsChange(MonitorCommands.CreateOsd(i, 0)))]);
        world.Network.Attach(Address.Monitor, this);
        world.Events.After(world.Options.HeartbeatIntervalUs, Tick);
    }

    public bool IsRunning => true;

    public int Life => 0;

    /// <summary>Without a quorum maps are served, but not changed.</summary>
    public bool HasQuorum { get; set; } = true;

    /// <summary>As subscribers have it: made of the incrementals they are sent.</summary>
    public OsdMap Map => _maps[^1];

    private long UnixMs => UnixStartMs + _world.Events.NowMs;

    /// <summary>A map of the past: what an OSD stored of it, it could have fetched.</summary>
    public OsdMap MapOf(Epoch epoch) => _maps[(int)epoch.Value - 1];

    public IReadOnlyList<OsdMap> MapsAfter(Epoch epoch) => _maps[(int)epoch.Value..];

    public void ConnectionLost(Address other)
    {
    }

    public void MapsRequested(Address by, Epoch after) => SendMaps(by, after);

    /// <summary>An admin's order.</summary>
    public void Order(Command command) => Propose(AsChange(command));

    public void Boot(OsdId osd, Guid uuid, string address, ulong incarnation) => Propose(new Change
    {
        OsdBooted = new OsdBooted
        {
            Osd = osd.Value,
            Uuid = WireGuid.Write(uuid),
            DataAddress = address,
            HeartbeatAddress = address,
            AdminAddress = address,
            Location =
            {
                new CrushLocation { Type = "root", Name = "default" },
                new CrushLocation { Type = "host", Name = FormattableString.Invariant($"host-{osd.Value}") },
            },
            CrushWeight = 1,
            Incarnation = incarnation,
        },
    });

    public void FailureReported(FailureReport report)
    {
        _failures.Add(Map, report, _world.Events.NowMs);
        JudgeFailures();
    }

    /// <summary>The OSD itself, before it stops, or its host, having seen it die.</summary>
    public void MarkDown(OsdId osd, string address, DownCause cause)
    {
        if (Map.Osd(osd) is { Up: true } state && state.DataAddress == address)
        {
            Propose(new Change { OsdMarkDown = new OsdMarkDown { Osd = osd.Value, UpFrom = state.UpFrom.Value, Cause = cause } });
        }
    }

    public void UpThruRequested(OsdId osd, Epoch upFrom, Epoch epoch) => Propose(new Change
    {
        OsdAlive = new OsdAlive { Osd = osd.Value, UpFrom = upFrom.Value, UpThru = epoch.Value },
    });

    public void PgTempRequested(OsdId by, Epoch upFrom, PgId pg, ImmutableArray<OsdId> acting)
    {
        var entry = new PgTempRequest.Types.Entry { Pool = pg.Pool, Seed = pg.Seed, Acting = { acting.Select(static o => o.Value) } };
        Propose(new Change { PgTemp = new PgTempRequest { Osd = by.Value, UpFrom = upFrom.Value, Entries = { entry } } });
    }

    private Change AsChange(Command command)
    {
        command.Id = WireGuid.Write(new Guid(++_lastCommand, 0, 0, new byte[8]));
        return new Change { Command = command };
    }

    private void Propose(Change change)
    {
        _changes.Add(change);
        if (!_proposing)
        {
            _proposing = true;
            _world.Events.After(_world.Random.Between(_world.Options.ProposeMinUs, _world.Options.ProposeMaxUs), Commit);
        }
    }

    private void Commit()
    {
        if (!HasQuorum)
        {
            _world.Events.After(_world.Options.ProposeMaxUs, Commit);
            return;
        }

        _proposing = false;
        Change[] changes = [.. _changes];
        _changes.Clear();
        OsdMap before = Map;
        IReadOnlyList<ChangeResult> results = Apply(changes);
        for (int i = 0; i < changes.Length; i++)
        {
            if (results[i].Retry)
            {
                Change again = changes[i];
                _world.Events.After(results[i].RetryAfterMs * 1000, () => Propose(again));
            }
            else if (changes[i].Command is { } command && results[i].Status != CommandStatus.Ok)
            {
                _world.Trace($"mon: {command.ActionCase}: {results[i].Message}");
            }
        }

        if (Map.Epoch > before.Epoch)
        {
            _world.Trace($"mon: {MapChangeText.Of(before, Map)}");
            foreach (Address subscriber in _world.Subscribers)
            {
                Publish(subscriber, before.Epoch);
            }
        }
    }

    private IReadOnlyList<ChangeResult> Apply(Change[] changes)
    {
        AppliedEntry applied = _state.Apply(new LogEntry { StampUnixMs = UnixMs, Changes = { changes }, Limits = _limits });
        _state = applied.State;
        if (_maps.Count == 0)
        {
            _maps.Add(OsdMap.Decode(_state.Map!.Encode()));
        }
        else if (_state.Epoch > Map.Epoch)
        {
            Invariant.Require(_state.History.TryGetDelta(_state.Epoch, out ReadOnlyMemory<byte> delta), "the newest epoch is in the history");
            _maps.Add(Map.Apply(OsdMapIncremental.Decode(delta.Span)));
        }

        return applied.Results;
    }

    private void JudgeFailures()
    {
        foreach (OsdMarkDown verdict in _failures.Judge(Map, _liveness, _world.Events.NowMs))
        {
            _world.Trace($"mon: osd.{verdict.Osd} is down: {verdict.Reason}");
            Propose(new Change { OsdMarkDown = verdict });
        }
    }

    private void Tick()
    {
        _world.Events.After(_world.Options.HeartbeatIntervalUs, Tick);
        JudgeFailures();
        foreach (OsdMarkOut verdict in OutJudge.Judge(_state, _liveness, UnixMs))
        {
            Propose(new Change { OsdMarkOut = verdict });
        }
    }

    private void Publish(Address to, Epoch after)
    {
        if (_world.Random.Chance(_world.Options.LateMapShare))
        {
            _world.Events.After(_world.Random.Between(500_000, 4_000_000), () => SendMaps(to, after));
        }
        else
        {
            SendMaps(to, after);
        }
    }

    private void SendMaps(Address to, Epoch after)
    {
        IReadOnlyList<OsdMap> maps = MapsAfter(after);
        if (maps.Count > 0)
        {
            _world.Network.Send(Address.Monitor, to, () => _world.SubscriberAt(to).MapsReceived(maps));
        }
    }
}
