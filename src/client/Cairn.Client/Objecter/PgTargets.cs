using Cairn.Maps;

namespace Cairn.Client.Objecter;

/// <summary>Where operations go by one map: each PG is mapped once a map. Guarded by the objecter's lock.</summary>
internal sealed class PgTargets(OsdMap map)
{
    private readonly Dictionary<PgId, PgTarget> _targets = [];

    /// <returns>Null: the map has no such pool.</returns>
    public PgTarget? Find(PendingOp op)
    {
        if (!map.Pools.TryGetValue(op.Pool, out Pool? pool))
        {
            return null;
        }

        PgId pg = op.FixedPg ?? map.ObjectToPg(op.Pool, op.Object!.Hash);
        if (!_targets.TryGetValue(pg, out PgTarget? target))
        {
            target = new PgTarget(pg, map.MapPg(pg), pool);
            _targets.Add(pg, target);
        }

        return target;
    }
}
