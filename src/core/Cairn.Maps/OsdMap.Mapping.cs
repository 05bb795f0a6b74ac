using System.Collections.Immutable;
using Cairn.Crush;

namespace Cairn.Maps;

/// <summary>Object to PG to up and acting set, as Ceph does it, to the last bit.</summary>
/// <remarks>
/// The order is: raw (CRUSH, without OSDs that do not exist), upmap, up (without those that are down), primary affinity, temp. A replicated
/// pool closes the gaps, an erasure-coded one keeps a hole, since there a place is a shard.
/// </remarks>
public sealed partial record OsdMap
{
    private const int Hole = CrushMap.NoItem;

    /// <summary>The PG of an object in a pool.</summary>
    /// <param name="pool">Must exist.</param>
    /// <param name="hash">Of the object's name and namespace: <see cref="ObjectHash.Compute"/>.</param>
    public PgId ObjectToPg(long pool, uint hash)
    {
        Pool found = RequirePool(pool);
        return new PgId(pool, ObjectHash.StableMod(hash, found.PgNum, ObjectHash.MaskFor(found.PgNum)));
    }

    /// <inheritdoc cref="ObjectToPg(long, uint)"/>
    public PgId ObjectToPg(long pool, string nspace, string name) => ObjectToPg(pool, ObjectHash.Compute(nspace, name));

    /// <summary>Which OSDs hold a PG, and who serves it. Empty sets for a PG of no pool, or beyond the pool's <c>pg_num</c>.</summary>
    public PgMapping MapPg(PgId pg)
    {
        if (!Pools.TryGetValue(pg.Pool, out Pool? pool) || pg.Seed >= pool.PgNum)
        {
            return new PgMapping([], OsdId.Nobody, [], OsdId.Nobody);
        }

        Span<int> up = stackalloc int[MaxPlaces(pool)];
        int count = MapUp(pool, pg, up, out int upPrimary);
        ImmutableArray<OsdId> upSet = ToSet(up[..count]);
        ImmutableArray<OsdId> acting = TempSet(pool, pg);
        int actingPrimary = FirstReal(acting);
        if (acting.IsEmpty)
        {
            (acting, actingPrimary) = (upSet, upPrimary);
        }

        if (PrimaryTemp.TryGetValue(pg, out OsdId primaryTemp))
        {
            actingPrimary = primaryTemp.Value;
        }

        return new PgMapping(upSet, new OsdId(upPrimary), acting, new OsdId(actingPrimary));
    }

    /// <summary>The longest set a PG of the pool may have: upmaps can be longer than the pool's size.</summary>
    internal int MaxPlaces(Pool pool)
    {
        int max = pool.Size;
        foreach (ImmutableArray<OsdId> upmap in PgUpmap.Values)
        {
            max = Math.Max(max, upmap.Length);
        }

        return max;
    }

    /// <summary>CRUSH's answer for a PG, without OSDs that do not exist.</summary>
    internal int MapRaw(Pool pool, PgId pg, Span<int> raw)
    {
        int count = Crush.Mapper.Map(pool.CrushRule, CrushInput(pool, pg), raw[..pool.Size], Weights, pool.Id);
        return Drop(pool, raw, count, mustBeUp: false);
    }

    /// <summary>The up set of a PG into <paramref name="up"/>, which has <see cref="MaxPlaces"/> places.</summary>
    /// <returns>Its length, holes included.</returns>
    internal int MapUp(Pool pool, PgId pg, Span<int> up, out int primary)
    {
        int count = MapRaw(pool, pg, up);
        return RawToUp(pool, pg, up, count, out primary);
    }

    /// <summary>Takes a raw set to the up set, in place.</summary>
    internal int RawToUp(Pool pool, PgId pg, Span<int> set, int count, out int primary)
    {
        if (PgUpmap.Count > 0 || PgUpmapItems.Count > 0)
        {
            count = ApplyUpmap(pg, set, count);
        }

        count = Drop(pool, set, count, mustBeUp: true);
        primary = FirstReal(set[..count]);
        if (AnyPrimaryAffinity)
        {
            ApplyPrimaryAffinity(pool, pg, set[..count], ref primary);
        }

        return count;
    }

    /// <summary>What CRUSH maps for a PG: its seed cut to <c>pgp_num</c>, with the pool hashed in so that pools do not lie on top of each other.</summary>
    internal static uint CrushInput(Pool pool, PgId pg)
    {
        uint seed = ObjectHash.StableMod(pg.Seed, pool.PgpNum, ObjectHash.MaskFor(pool.PgpNum));
        return pool.Flags.HasFlag(PoolFlags.HashPsPool) ? CrushHash.Hash(seed, (uint)pool.Id) : seed + (uint)pool.Id;
    }

    private Pool RequirePool(long pool) =>
        Pools.TryGetValue(pool, out Pool? found) ? found : throw new ArgumentException($"there is no pool {pool} in {Epoch}", nameof(pool));

    internal int Drop(Pool pool, Span<int> set, int count, bool mustBeUp)
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            bool stays = (uint)set[i] < (uint)Osds.Length && Osds[set[i]] is { } osd && (osd.Up || !mustBeUp);
            if (pool.Type == PoolType.Erasure)
            {
                set[i] = stays ? set[i] : Hole;
                kept++;
            }
            else if (stays)
            {
                set[kept++] = set[i];
            }
        }

        return kept;
    }

    internal int ApplyUpmap(PgId pg, Span<int> set, int count)
    {
        if (PgUpmap.TryGetValue(pg, out ImmutableArray<OsdId> upmap))
        {
            foreach (OsdId osd in upmap)
            {
                if (IsOut(osd))
                {
                    return count; // The whole upmap is void, and its items with it.
                }
            }

            count = upmap.Length;
            for (int i = 0; i < count; i++)
            {
                set[i] = upmap[i].Value;
            }
        }

        if (PgUpmapItems.TryGetValue(pg, out ImmutableArray<(OsdId From, OsdId To)> items))
        {
            foreach ((OsdId from, OsdId to) in items)
            {
                int at = set[..count].IndexOf(from.Value);
                if (at >= 0 && !IsOut(to) && !set[..count].Contains(to.Value))
                {
                    set[at] = to.Value;
                }
            }
        }

        return count;
    }

    // Of an id within the map only: an upmap to an id beyond it is kept, and its target dropped as not existing.
    private bool IsOut(OsdId osd) => (uint)osd.Value < (uint)Osds.Length && Weights[osd.Value] == 0;

    private void ApplyPrimaryAffinity(Pool pool, PgId pg, Span<int> set, ref int primary)
    {
        if (!HasLoweredAffinity(set))
        {
            return;
        }

        uint input = CrushInput(pool, pg);
        int chosen = -1;
        for (int i = 0; i < set.Length; i++)
        {
            if (set[i] == Hole)
            {
                continue;
            }

            uint affinity = Osds[set[i]]!.PrimaryAffinity;
            if (affinity >= OsdState.FullWeight || CrushHash.Hash(input, (uint)set[i]) >> 16 < affinity)
            {
                chosen = i;
                break;
            }

            chosen = chosen < 0 ? i : chosen; // Declined; it serves if all do.
        }

        if (chosen < 0)
        {
            return;
        }

        primary = set[chosen];
        if (pool.Type != PoolType.Erasure)
        {
            set[..chosen].CopyTo(set[1..]);
            set[0] = primary;
        }
    }

    private bool HasLoweredAffinity(ReadOnlySpan<int> set)
    {
        foreach (int osd in set)
        {
            if (osd != Hole && Osds[osd]!.PrimaryAffinity != OsdState.FullWeight)
            {
                return true;
            }
        }

        return false;
    }

    private ImmutableArray<OsdId> TempSet(Pool pool, PgId pg)
    {
        if (!PgTemp.TryGetValue(pg, out ImmutableArray<OsdId> temp))
        {
            return [];
        }

        if (pool.Type == PoolType.Erasure)
        {
            return [.. temp.Select(osd => IsUp(osd) ? osd : OsdId.None)];
        }

        return [.. temp.Where(IsUp)];
    }

    internal static ImmutableArray<OsdId> ToSet(ReadOnlySpan<int> osds)
    {
        var set = ImmutableArray.CreateBuilder<OsdId>(osds.Length);
        foreach (int osd in osds)
        {
            set.Add(new OsdId(osd));
        }

        return set.MoveToImmutable();
    }

    private static int FirstReal(ReadOnlySpan<int> set)
    {
        foreach (int osd in set)
        {
            if (osd != Hole)
            {
                return osd;
            }
        }

        return -1;
    }

    private static int FirstReal(ImmutableArray<OsdId> set)
    {
        foreach (OsdId osd in set)
        {
            if (osd != OsdId.None)
            {
                return osd.Value;
            }
        }

        return -1;
    }
}
