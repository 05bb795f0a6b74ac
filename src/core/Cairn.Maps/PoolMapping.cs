using System.Collections.Immutable;
using Cairn.Crush;

namespace Cairn.Maps;

/// <summary>All PGs of a pool, mapped: what a daemon or client keeps of an epoch, and takes to the next with <see cref="Update"/>.</summary>
/// <remarks>
/// CRUSH's own answer is kept apart from what upmaps, down OSDs, affinity and temps make of it. From one epoch to the next it mostly
/// stays: an OSD going down or up leaves it alone, and one whose in-weight falls can change only the PGs that were mapped to it, since
/// CRUSH accepts an OSD for every weight above some hash, and all it rejected before it rejects again.
/// </remarks>
public sealed class PoolMapping
{
    private readonly int[] _crush;
    private readonly int[] _crushCounts;
    private readonly int[] _up;
    private readonly int[] _upCounts;
    private readonly int[] _upPrimaries;
    private readonly int _places;

    private PoolMapping(OsdMap map, Pool pool, int[] crush, int[] crushCounts, bool mustBeUp = true)
    {
        Map = map;
        Pool = pool;
        _crush = crush;
        _crushCounts = crushCounts;
        _places = map.MaxPlaces(pool);
        _up = new int[pool.PgNum * _places];
        _upCounts = new int[pool.PgNum];
        _upPrimaries = new int[pool.PgNum];
        for (uint seed = 0; seed < pool.PgNum; seed++)
        {
            ComputeUp(seed, mustBeUp);
        }
    }

    public OsdMap Map { get; }

    public Pool Pool { get; }

    public uint PgCount => Pool.PgNum;

    /// <summary>How many PGs CRUSH was run for: all of them, or what <see cref="Update"/> had to.</summary>
    public int Recomputed { get; private init; }

    /// <summary>The mapping of a PG, by seed.</summary>
    public PgMapping this[uint seed]
    {
        get
        {
            var pg = new PgId(Pool.Id, seed);
            if (Map.PgTemp.ContainsKey(pg) || Map.PrimaryTemp.ContainsKey(pg))
            {
                return Map.MapPg(pg);
            }

            ImmutableArray<OsdId> up = OsdMap.ToSet(UpOf(seed));
            var primary = new OsdId(_upPrimaries[seed]);
            return new PgMapping(up, primary, up, primary);
        }
    }

    /// <summary>The up set of a PG; <see cref="CrushMap.NoItem"/> is a hole. Nothing is allocated.</summary>
    public ReadOnlySpan<int> UpOf(uint seed) => _up.AsSpan((int)seed * _places, _upCounts[seed]);

    public OsdId UpPrimaryOf(uint seed) => new(_upPrimaries[seed]);

    /// <param name="map">The map.</param>
    /// <param name="pool">Must exist in it.</param>
    public static PoolMapping Compute(OsdMap map, long pool) => Compute(map, pool, mustBeUp: true);

    /// <summary>CRUSH and upmaps only: where PGs belong, whoever is down just now. There are no primaries.</summary>
    internal static PoolMapping ComputeRaw(OsdMap map, long pool) => Compute(map, pool, mustBeUp: false);

    private static PoolMapping Compute(OsdMap map, long pool, bool mustBeUp)
    {
        Pool found = map.Pools[pool];
        var crush = new int[found.PgNum * found.Size];
        var counts = new int[found.PgNum];
        var inputs = new uint[found.PgNum];
        for (uint seed = 0; seed < found.PgNum; seed++)
        {
            inputs[seed] = OsdMap.CrushInput(found, new PgId(pool, seed));
        }

        map.Crush.Mapper.MapMany(found.CrushRule, inputs, found.Size, crush, counts, map.Weights, pool);
        return new PoolMapping(map, found, crush, counts, mustBeUp) { Recomputed = inputs.Length };
    }

    /// <summary>The mapping in a later map, doing again only what may have changed.</summary>
    /// <param name="next">A map that still has the pool.</param>
    public PoolMapping Update(OsdMap next)
    {
        Pool pool = next.Pools[Pool.Id];
        bool samePlacement = ReferenceEquals(Map.Crush, next.Crush) && pool.PgNum == Pool.PgNum && pool.PgpNum == Pool.PgpNum
            && pool.Size == Pool.Size && pool.CrushRule == Pool.CrushRule && pool.Type == Pool.Type && pool.Flags == Pool.Flags;
        if (!samePlacement || !TryFindLowered(next, out HashSet<int> lowered))
        {
            return Compute(next, Pool.Id);
        }

        if (lowered.Count == 0)
        {
            return new PoolMapping(next, pool, _crush, _crushCounts);
        }

        int[] crush = [.. _crush];
        int[] counts = [.. _crushCounts];
        List<int> affected = FindAffected(lowered);
        var inputs = new uint[affected.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = OsdMap.CrushInput(pool, new PgId(pool.Id, (uint)affected[i]));
        }

        var results = new int[inputs.Length * pool.Size];
        var resultCounts = new int[inputs.Length];
        next.Crush.Mapper.MapMany(pool.CrushRule, inputs, pool.Size, results, resultCounts, next.Weights, pool.Id);
        for (int i = 0; i < inputs.Length; i++)
        {
            results.AsSpan(i * pool.Size, pool.Size).CopyTo(crush.AsSpan(affected[i] * pool.Size));
            counts[affected[i]] = resultCounts[i];
        }

        return new PoolMapping(next, pool, crush, counts) { Recomputed = inputs.Length };
    }

    // False if some in-weight rose, which may draw any PG to that OSD.
    private bool TryFindLowered(OsdMap next, out HashSet<int> lowered)
    {
        lowered = [];
        ReadOnlySpan<uint> old = Map.Weights;
        ReadOnlySpan<uint> now = next.Weights;
        for (int osd = 0; osd < Math.Max(old.Length, now.Length); osd++)
        {
            uint before = osd < old.Length ? old[osd] : 0;
            uint after = osd < now.Length ? now[osd] : 0;
            if (after > before)
            {
                return false;
            }

            if (after < before)
            {
                lowered.Add(osd);
            }
        }

        return true;
    }

    private List<int> FindAffected(HashSet<int> lowered)
    {
        var affected = new List<int>();
        for (int seed = 0; seed < _crushCounts.Length; seed++)
        {
            foreach (int osd in _crush.AsSpan(seed * Pool.Size, _crushCounts[seed]))
            {
                if (lowered.Contains(osd))
                {
                    affected.Add(seed);
                    break;
                }
            }
        }

        return affected;
    }

    private void ComputeUp(uint seed, bool mustBeUp)
    {
        var pg = new PgId(Pool.Id, seed);
        Span<int> set = _up.AsSpan((int)seed * _places, _places);
        int count = _crushCounts[seed];
        _crush.AsSpan((int)seed * Pool.Size, count).CopyTo(set);
        count = Map.Drop(Pool, set, count, mustBeUp: false);
        _upCounts[seed] = mustBeUp
            ? Map.RawToUp(Pool, pg, set, count, out _upPrimaries[seed])
            : Map.ApplyUpmap(pg, set, count);
    }
}
