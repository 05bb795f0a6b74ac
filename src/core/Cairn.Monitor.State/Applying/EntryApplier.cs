using Cairn.Crush;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Commands;
using Cairn.Monitor.State.Daemons;
using Cairn.Monitor.State.History;
using Cairn.Monitor.State.Wire;

namespace Cairn.Monitor.State.Applying;

/// <summary>Takes the state over one log entry: each change edits the draft, and the draft becomes at most one epoch.</summary>
internal static class EntryApplier
{
    public static AppliedEntry Apply(MonitorState state, LogEntry entry)
    {
        long stamp = Math.Max(state.StampUnixMs, entry.StampUnixMs);
        state = state with { StampUnixMs = stamp };
        return state.Map is null ? ApplyBeforeGenesis(state, entry) : ApplyChanges(state, state.Map, entry);
    }

    private static AppliedEntry ApplyBeforeGenesis(MonitorState state, LogEntry entry)
    {
        var results = entry.Changes.Select(_ => ChangeResult.Refused("the cluster has no map yet")).ToArray();
        // Commands may come before the first leader has made the cluster.
        int genesis = Enumerable.Range(0, entry.Changes.Count).FirstOrDefault(i => entry.Changes[i].Genesis is not null, -1);
        if (genesis < 0)
        {
            return new AppliedEntry(state, results, []);
        }

        OsdMap map = new()
        {
            Fsid = WireGuid.Read(entry.Changes[genesis].Genesis.Fsid),
            Epoch = new Epoch(1),
            ModifiedUnixMs = state.StampUnixMs,
            Crush = CrushMap.CreateDefault(),
        };
        results[genesis] = ChangeResult.Ok("the cluster is made") with { Epoch = 1 };
        StateEvent made = new(StateEventKind.Map, Maps.Stats.HealthSeverity.HealthOk, $"cluster {map.Fsid} made", map.Epoch, OsdId.Nobody)
        {
            UnixMs = state.StampUnixMs,
        };
        return new AppliedEntry(state with { Map = map, History = MapHistory.StartingAt(map) }, results, [made]);
    }

    private static AppliedEntry ApplyChanges(MonitorState state, OsdMap map, LogEntry entry)
    {
        Draft draft = new(state, map, state.StampUnixMs, entry.Limits ?? new Limits());
        CommandMemory memory = state.Commands;
        List<(Guid Id, int Index)> fresh = [];
        ChangeResult[] results = new ChangeResult[entry.Changes.Count];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = ApplyOne(draft, entry.Changes[i], memory, fresh, results, i);
        }

        ExpireWhatEnded(draft);
        OsdMap next = draft.Map;
        MapHistory history = state.History;
        if (!ReferenceEquals(next, map) && !next.Equals(map))
        {
            next = MapTidier.Tidy(next) with { Epoch = draft.Next, ModifiedUnixMs = draft.StampUnixMs };
            history = history.Advance(map, next);
            EventWriter.Write(draft, map, next);
        }
        else
        {
            next = map;
        }

        for (int i = 0; i < results.Length; i++)
        {
            results[i] = results[i].Epoch == 0 ? results[i] with { Epoch = next.Epoch.Value } : results[i];
        }

        foreach ((Guid id, int index) in fresh)
        {
            memory = memory.Remember(id, results[index].ToWire());
        }

        MonitorState after = state with
        {
            Map = next,
            History = draft.TrimBefore > Epoch.None ? history.TrimTo(draft.TrimBefore) : history.Bounded(),
            Osds = draft.Osds,
            Commands = memory,
            Config = draft.Config,
            Mutes = draft.Mutes,
        };
        return new AppliedEntry(after, results, draft.Events);
    }

    private static ChangeResult ApplyOne(
        Draft draft, Change change, CommandMemory memory, List<(Guid Id, int Index)> fresh, ChangeResult[] results, int index) => change.KindCase switch
    {
        Change.KindOneofCase.Command => ApplyCommand(draft, change.Command, memory, fresh, results, index),
        Change.KindOneofCase.OsdBooted => BootHandler.Apply(draft, change.OsdBooted),
        Change.KindOneofCase.OsdMarkDown => DownHandler.Apply(draft, change.OsdMarkDown),
        Change.KindOneofCase.OsdMarkOut => OutHandler.Apply(draft, change.OsdMarkOut),
        Change.KindOneofCase.OsdAlive => AliveHandler.Apply(draft, change.OsdAlive),
        Change.KindOneofCase.PgTemp => PgTempHandler.Apply(draft, change.PgTemp),
        Change.KindOneofCase.TrimMaps => Trim(draft, change.TrimMaps),
        Change.KindOneofCase.Genesis => ChangeResult.Exists("the cluster has been made before"),
        Change.KindOneofCase.Expire => ChangeResult.Ok(),
        _ => ChangeResult.Invalid("the change is of a kind that this version does not know"),
    };

    private static ChangeResult ApplyCommand(
        Draft draft, Command command, CommandMemory memory, List<(Guid Id, int Index)> fresh, ChangeResult[] results, int index)
    {
        if (command.Id.Length != 16)
        {
            return ChangeResult.Invalid("the command has no id: 16 bytes are required");
        }

        Guid id = WireGuid.Read(command.Id);
        if (memory.Find(id) is { } before)
        {
            return ChangeResult.FromWire(before);
        }

        foreach ((Guid seen, int at) in fresh)
        {
            if (seen == id)
            {
                return results[at];
            }
        }

        fresh.Add((id, index));
        OsdMap map = draft.Map;
        try
        {
            return CommandDispatcher.Apply(draft, command);
        }
        catch (CrushException refused)
        {
            // An edit the hierarchy does not allow. Handlers store what they made last, so nothing has changed yet.
            Invariant.Require(ReferenceEquals(map, draft.Map), "a refused command changed the map");
            return ChangeResult.Refused(refused.Message);
        }
    }

    private static ChangeResult Trim(Draft draft, TrimMaps trim)
    {
        draft.TrimBefore = new Epoch(trim.OldestEpoch);
        return ChangeResult.Ok();
    }

    private static void ExpireWhatEnded(Draft draft)
    {
        foreach ((string who, long until) in draft.Map.Blocklist)
        {
            if (until <= draft.StampUnixMs)
            {
                draft.Map = draft.Map with { Blocklist = draft.Map.Blocklist.Remove(who) };
            }
        }

        foreach ((string code, HealthMute mute) in draft.Mutes)
        {
            if (mute.UntilUnixMs > 0 && mute.UntilUnixMs <= draft.StampUnixMs)
            {
                draft.Mutes = draft.Mutes.Remove(code);
            }
        }
    }
}
