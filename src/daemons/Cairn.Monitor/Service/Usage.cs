using Cairn.Crush;
using Cairn.Maps;
using Cairn.Maps.Stats;
using Cairn.Messaging.Wire;
using Cairn.Monitor.State;
using Cairn.Monitor.State.Stats;

namespace Cairn.Monitor.Service;

/// <summary>Space, by OSD and by pool.</summary>
internal static class Usage
{
    public static DfReply Of(OsdMap map, ClusterStats stats, IReadOnlyList<PgView> pgs, long nowMs)
    {
        DfReply reply = new();
        uint[] pgCounts = new uint[map.Osds.Length];
        foreach (OsdId osd in pgs.SelectMany(v => v.Mapping.Acting).Where(o => o.IsReal && o.Value < pgCounts.Length))
        {
            pgCounts[osd.Value]++;
        }

        for (int i = 0; i < map.Osds.Length; i++)
        {
            if (map.Osds[i] is { } state)
            {
                AddOsd(reply, map, i, state, stats.OsdStatOf(new OsdId(i)), pgCounts[i]);
            }
        }

        foreach (Pool pool in map.Pools.Values)
        {
            reply.Pools.Add(PoolUsage(map, pool, stats, [.. pgs.Where(v => v.Pg.Pool == pool.Id)], nowMs));
        }

        return reply;
    }

    private static void AddOsd(DfReply reply, OsdMap map, int id, Maps.OsdState state, OsdStat? stat, uint pgs)
    {
        reply.Osds.Add(new DfReply.Types.Osd
        {
            Osd_ = id,
            Up = state.Up,
            In = state.In,
            Stat = stat,
            CrushWeight = FixedPoint.ToDouble(map.Crush.Tree.WeightOf(id) ?? 0),
            Reweight = FixedPoint.ToDouble(state.Weight),
            Pgs = pgs,
        });
        if (state.In && stat is not null)
        {
            reply.CapacityBytes += stat.CapacityBytes;
            reply.UsedBytes += stat.UsedBytes;
            reply.AvailableBytes += stat.AvailableBytes;
        }
    }

    private static DfReply.Types.Pool PoolUsage(OsdMap map, Pool pool, ClusterStats stats, IReadOnlyList<PgView> pgs, long nowMs)
    {
        PgSummary sum = PgSummary.Of(pgs);
        IoRates? rates = stats.RatesOf(pool.Id);
        return new DfReply.Types.Pool
        {
            Id = pool.Id,
            Name = pool.Name,
            Objects = sum.Objects,
            Bytes = sum.Bytes,
            UsedBytes = sum.Bytes * (ulong)pool.Size,
            AvailableBytes = Available(map, pool, stats, pgs),
            Pgs = sum.Pgs,
            ReadOpsPerSecond = rates?.ReadOps.PerSecond(nowMs) ?? 0,
            WriteOpsPerSecond = rates?.WriteOps.PerSecond(nowMs) ?? 0,
            ReadBytesPerSecond = rates?.ReadBytes.PerSecond(nowMs) ?? 0,
            WriteBytesPerSecond = rates?.WriteBytes.PerSecond(nowMs) ?? 0,
        };
    }

    // The OSD that fills up first ends the writing: the one with the least room for its share of the pool's PGs.
    private static ulong Available(OsdMap map, Pool pool, ClusterStats stats, IReadOnlyList<PgView> pgs)
    {
        Dictionary<OsdId, uint> shares = [];
        foreach (OsdId osd in pgs.SelectMany(v => v.Mapping.Acting).Where(o => o.IsReal))
        {
            shares[osd] = shares.GetValueOrDefault(osd) + 1;
        }

        double least = double.PositiveInfinity;
        foreach ((OsdId osd, uint share) in shares)
        {
            if (stats.OsdStatOf(osd) is not { } stat)
            {
                return 0;
            }

            double reserved = stat.CapacityBytes * (1 - map.FullRatio);
            double room = Math.Max(stat.AvailableBytes - reserved, 0);
            least = Math.Min(least, room * pgs.Count / share);
        }

        return double.IsFinite(least) ? (ulong)least : 0;
    }
}
