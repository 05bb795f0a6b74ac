using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Stats;

namespace Cairn.Monitor.State.Splitting;

/// <summary>
/// When a pool's PGs have split, pgp_num follows pg_num, and the children go where CRUSH wants them: only once all of them are clean
/// where they were born, so that no PG splits and moves at a time.
/// </summary>
/// <remarks>Source: Ceph, <c>pgp_num</c> follows <c>pg_num</c> since Nautilus.</remarks>
public static class PgpNumJudge
{
    /// <param name="viewPgs">Costs something, and is needed only while pools split.</param>
    /// <returns>Commands without ids.</returns>
    public static ImmutableArray<PoolSet> Judge(OsdMap map, Func<IReadOnlyList<PgView>> viewPgs)
    {
        const PgStates Settled = PgStates.Active | PgStates.Clean;
        IReadOnlyList<PgView>? pgs = null;
        var raised = ImmutableArray.CreateBuilder<PoolSet>();
        foreach (Pool pool in map.Pools.Values)
        {
            if (pool.PgpNum >= pool.PgNum || pool.Flags.HasFlag(PoolFlags.NoPgChange))
            {
                continue;
            }

            pgs ??= viewPgs();
            PgView[] own = [.. pgs.Where(v => v.Pg.Pool == pool.Id)];
            if (own.Length == pool.PgNum && own.All(static v => (v.States & Settled) == Settled))
            {
                raised.Add(new PoolSet { Pool = pool.Name, Variable = "pgp_num", Value = pool.PgNum.ToString(System.Globalization.CultureInfo.InvariantCulture) });
            }
        }

        return raised.ToImmutable();
    }
}
