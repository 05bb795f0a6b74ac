using Cairn.Maps;
using Cairn.Maps.Auth;
using Cairn.Maps.Stats;

namespace Cairn.Monitor.State.Applying;

/// <summary>Says what a new epoch changed, from the two maps: so that nothing can change in silence.</summary>
internal static class EventWriter
{
    public static void Write(Draft draft, OsdMap before, OsdMap after)
    {
        for (int i = 0; i < Math.Max(before.Osds.Length, after.Osds.Length); i++)
        {
            OsdId osd = new(i);
            WriteOsd(draft, osd, before.Osd(osd), after.Osd(osd));
        }

        WritePools(draft, before, after);
        if (before.Flags != after.Flags)
        {
            string set = FlagNames.Join(after.Flags & ~before.Flags);
            string unset = FlagNames.Join(before.Flags & ~after.Flags);
            Add(draft, StateEventKind.Flags, HealthSeverity.HealthOk,
                $"flags{(set.Length > 0 ? $" set: {set}" : "")}{(unset.Length > 0 ? $" unset: {unset}" : "")}", OsdId.Nobody);
        }

        if (!before.Crush.Equals(after.Crush))
        {
            Add(draft, StateEventKind.Crush, HealthSeverity.HealthOk, "CRUSH map changed", OsdId.Nobody);
        }

        WriteAuth(draft, before, after);
        Add(draft, StateEventKind.Map, HealthSeverity.HealthOk, Describe(after), OsdId.Nobody);
    }

    private static void WriteOsd(Draft draft, OsdId osd, OsdState? before, OsdState? after)
    {
        if (before is null && after is null)
        {
            return;
        }

        if (before is null)
        {
            Add(draft, StateEventKind.OsdCreated, HealthSeverity.HealthOk, $"{osd} created", osd);
        }

        if (after is null)
        {
            Add(draft, StateEventKind.OsdRemoved, HealthSeverity.HealthOk, $"{osd} removed", osd);
            return;
        }

        if (after.Up && (before is not { Up: true } || before.UpFrom != after.UpFrom))
        {
            Add(draft, StateEventKind.OsdUp, HealthSeverity.HealthOk, $"{osd} up at {after.DataAddress}", osd);
        }
        else if (before is { Up: true } && !after.Up)
        {
            Add(draft, StateEventKind.OsdDown, HealthSeverity.HealthWarn, $"{osd} marked down{draft.ReasonFor(osd)}", osd);
        }

        if (before is not { In: true } && after.In)
        {
            Add(draft, StateEventKind.OsdIn, HealthSeverity.HealthOk, $"{osd} marked in", osd);
        }
        else if (before is { In: true } && !after.In)
        {
            Add(draft, StateEventKind.OsdOut, HealthSeverity.HealthWarn, $"{osd} marked out{draft.ReasonFor(osd)}", osd);
        }
    }

    private static void WritePools(Draft draft, OsdMap before, OsdMap after)
    {
        foreach (Pool pool in after.Pools.Values)
        {
            if (!before.Pools.TryGetValue(pool.Id, out Pool? old))
            {
                Add(draft, StateEventKind.PoolCreated, HealthSeverity.HealthOk, $"pool '{pool.Name}' created", OsdId.Nobody);
            }
            else if (!old.Equals(pool))
            {
                Add(draft, StateEventKind.PoolChanged, HealthSeverity.HealthOk, $"pool '{pool.Name}' changed", OsdId.Nobody);
            }
        }

        foreach (Pool pool in before.Pools.Values.Where(p => !after.Pools.ContainsKey(p.Id)))
        {
            Add(draft, StateEventKind.PoolRemoved, HealthSeverity.HealthOk, $"pool '{pool.Name}' removed", OsdId.Nobody);
        }
    }

    private static void WriteAuth(Draft draft, OsdMap before, OsdMap after)
    {
        if (ReferenceEquals(before.Auth, after.Auth))
        {
            return;
        }

        foreach ((string entity, ClientCaps caps) in after.Auth)
        {
            if (!before.Auth.TryGetValue(entity, out ClientCaps? had) || had != caps)
            {
                Add(draft, StateEventKind.Config, HealthSeverity.HealthOk, $"{entity} has mon '{caps.Mon}' osd '{caps.Osd}'", OsdId.Nobody);
            }
        }

        foreach (string entity in before.Auth.Keys.Where(e => !after.Auth.ContainsKey(e)))
        {
            Add(draft, StateEventKind.Config, HealthSeverity.HealthOk, $"{entity} has no capabilities any more", OsdId.Nobody);
        }
    }

    private static string Describe(OsdMap map)
    {
        int total = map.Osds.Count(o => o is not null);
        return $"osdmap {map.Epoch}: {total} total, {map.Osds.Count(o => o is { Up: true })} up, {map.Osds.Count(o => o is { In: true })} in";
    }

    private static void Add(Draft draft, StateEventKind kind, HealthSeverity severity, string message, OsdId osd) =>
        draft.Events.Add(new StateEvent(kind, severity, message, draft.Next, osd) { UnixMs = draft.StampUnixMs });
}
