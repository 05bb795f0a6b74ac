using Cairn.Maps;

namespace Cairn.Pg;

/// <summary>Which PG splits off which when a pool's <c>pg_num</c> grows.</summary>
public static class PgSplit
{
    /// <summary>The PG that held this one's objects when the pool had <paramref name="pgNum"/> PGs: itself, or the ancestor it split off.</summary>
    public static PgId AncestorIn(PgId pg, uint pgNum) =>
        pg with { Seed = ObjectHash.StableMod(pg.Seed, pgNum, ObjectHash.MaskFor(pgNum)) };

    /// <summary>The PGs that split off when <c>pg_num</c> grows, by seed.</summary>
    public static IEnumerable<PgId> ChildrenOf(PgId pg, uint oldPgNum, uint newPgNum)
    {
        for (uint seed = oldPgNum; seed < newPgNum; seed++)
        {
            if (AncestorIn(pg with { Seed = seed }, oldPgNum) == pg)
            {
                yield return pg with { Seed = seed };
            }
        }
    }

    /// <summary>Whether the PG splits, or is split off, by that change.</summary>
    public static bool Touches(PgId pg, uint oldPgNum, uint newPgNum) =>
        oldPgNum != newPgNum && (pg.Seed >= oldPgNum || ChildrenOf(pg, oldPgNum, newPgNum).Any());
}
