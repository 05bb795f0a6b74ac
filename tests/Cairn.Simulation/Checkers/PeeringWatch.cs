using Cairn.Maps;
using Cairn.Pg;
using Cairn.Pg.Peering;
using Cairn.Pg.Storage;
using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Checkers;

/// <summary>
/// Looked at in the moment it matters: what a copy tells of when peering begins is on its disk; a PG goes active when every member has; a stray is
/// told to go when every member is whole. Broken promises of this kind cost data only if something rare follows.
/// </summary>
public sealed class PeeringWatch : IChecker
{
    private readonly List<Violation> _found = [];

    public IEnumerable<Violation> Check(World world) => _found;

    public void OnState(World world, SimOsd machine, PlacementGroup pg, string before)
    {
        PgCore core = pg.Core;
        if (before is "" or nameof(Reset) && core.State is not Reset && core.Log.Count > 0 && machine.Disk.Store.IsVolatile(pg.Id, core.Log.Head))
        {
            Add(world, "what a copy tells of is durable", $"{machine.Id} pg {pg.Id} begins {core.State.GetType().Name} in {pg.Interval.Since}, but {core.Log.Head} is not on its disk");
        }

        if (core.IsActive && before is not nameof(Active))
        {
            foreach (PgCore member in MembersOf(world, machine, core).Where(m => m.Interval.Since == core.Interval.Since && m.State is not ReplicaActive))
            {
                Add(world, "a PG goes active when its members have", $"{machine.Id} pg {pg.Id} is active in {pg.Interval.Since}, {member.Whoami} is {member.State.GetType().Name}");
            }
        }
    }

    public void OnRemoveOrdered(World world, SimOsd machine, PlacementGroup pg, OsdId stray)
    {
        PgCore core = pg.Core;
        bool isWhole = core.Missing.IsEmpty && core.LastBackfill.IsComplete && core.Interval.Acting.Count(static o => o.IsReal) == core.Pool.Size
            && MembersOf(world, machine, core).All(static m => m.Missing.IsEmpty && m.LastBackfill.IsComplete);
        if (!isWhole)
        {
            Add(world, "strays stay until the PG is whole", $"{machine.Id} tells {stray} to remove its copy of pg {pg.Id}, acting [{string.Join(' ', core.Interval.Acting)}]");
        }
    }

    /// <summary>The other members, those that live as the primary knows them.</summary>
    private static IEnumerable<PgCore> MembersOf(World world, SimOsd machine, PgCore primary)
    {
        foreach (OsdId osd in primary.Interval.Acting.Where(o => o.IsReal && o != machine.Id))
        {
            if (world.Osds[osd.Value].Process is { HasMap: true } process && process.NetworkAddress == primary.Map.Osd(osd)?.DataAddress
                && process.Find(primary.Id) is { } host)
            {
                yield return host.Pg.Core;
            }
        }
    }

    private void Add(World world, string promise, string text)
    {
        if (_found.Count == 0)
        {
            _found.Add(new Violation(promise, FormattableString.Invariant($"after {world.Events.NowUs / 1e6} s {text}")));
        }
    }
}
