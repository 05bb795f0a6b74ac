using Cairn.Crush;
using Cairn.Maps;
using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.State.Commands;

/// <summary>What a pool may ask of the cluster.</summary>
internal static class PoolLimits
{
    private const int SizeMax = 16;
    private const uint PgNumMax = 65_536;

    public static string? CheckCopies(int size, int minSize) =>
        size is < 1 or > SizeMax ? $"a pool keeps 1 to {SizeMax} copies, not {size}"
        : minSize < 1 || minSize > size ? $"min_size {minSize} is not between 1 and the size, {size}"
        : null;

    public static string? CheckPgs(uint pgNum, uint pgpNum) =>
        pgNum is < 1 or > PgNumMax ? $"pg_num is between 1 and {PgNumMax}, not {pgNum}"
        : pgpNum < 1 || pgpNum > pgNum ? $"pgp_num {pgpNum} is not between 1 and pg_num, {pgNum}"
        : null;

    /// <summary>Why the OSDs there are can't hold the pool, or null.</summary>
    public static string? CheckFit(Draft draft, string name, int size, uint pgNum, CrushRule rule, long replaced = -1)
    {
        OsdMap map = draft.Map;
        int placeable = CopiesPlaceable(map, rule, size);
        if (placeable < size)
        {
            return $"pool '{name}' wants {size} copies, but CRUSH rule '{rule.Name}' can place {placeable} on the OSDs there are";
        }

        long osds = map.Osds.Count(o => o is { Destroyed: false });
        long copies = map.Pools.Values.Where(p => p.Id != replaced).Sum(p => (long)p.PgNum * p.Size) + ((long)pgNum * size);
        uint limit = draft.Limits.PgsPerOsdMax;
        return limit > 0 && copies > limit * osds
            ? $"pool '{name}' would bring the cluster to {copies} PG copies on {osds} OSDs, more than mon_max_pg_per_osd ({limit}) allows"
            : null;
    }

    /// <summary>How many copies the rule finds places for, as if every OSD that exists were in and up: failures pass, the hierarchy stays.</summary>
    /// <param name="weightSet">The pool's id, whose weight set counts if it has one.</param>
    public static int CopiesPlaceable(OsdMap map, CrushRule rule, int wanted, long weightSet = ChooseArgs.DefaultSet)
    {
        // CRUSH gives up on single inputs where it is hard; so many of them don't fail together by chance.
        const int Inputs = 64;
        uint[] weights = new uint[map.Osds.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = map.Osds[i] is { Destroyed: false } ? OsdState.FullWeight : 0;
        }

        int best = 0;
        int[] found = new int[wanted];
        for (uint x = 0; x < Inputs && best < wanted; x++)
        {
            int count = map.Crush.Mapper.Map(rule.Id, x, found, weights, weightSet);
            best = Math.Max(best, found.AsSpan(0, count).ToArray().Count(o => o != CrushMap.NoItem));
        }

        return best;
    }
}
