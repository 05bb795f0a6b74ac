using System.Globalization;
using System.Text;

namespace Cairn.Crush;

/// <summary>Maps a range of inputs and prints what <c>crushtool --test</c> prints.</summary>
public sealed class CrushTester(CrushMap map, CrushTestOptions options, TextWriter output)
{
    // Inputs mapped at a time: enough to keep the vectors full, little enough to stay in the cache.
    private const int Chunk = 4096;

    /// <summary>A table of override weights is as long as the highest device id: 64 MiB of it are enough.</summary>
    public const int DeviceLimit = 1 << 24;

    private readonly StringBuilder _line = new();

    /// <exception cref="CrushException">The map has no such rule, or a device id beyond <see cref="DeviceLimit"/>.</exception>
    public void Run()
    {
        if (options.Rule is int rule && !map.Rules.ContainsKey(rule))
        {
            throw new CrushException($"the map has no rule {rule}; it has {string.Join(", ", map.Rules.Keys)}");
        }

        uint[] weights = BuildWeights(map, options.Weights);
        foreach (CrushRule tested in map.Rules.Values.Where(r => options.Rule is null || r.Id == options.Rule))
        {
            int min = options.MinRep ?? tested.MinSize;
            int max = options.MaxRep ?? tested.MaxSize;
            if (options.ShowStatistics || options.ShowUtilization || options.ShowUtilizationAll)
            {
                Print($"rule {tested.Id} ({tested.Name}), x = {options.MinX}..{options.MaxX}, numrep = {min}..{max}");
            }

            for (int numRep = Math.Max(1, min); numRep <= max; numRep++)
            {
                Run(tested, numRep, weights);
            }
        }
    }

    /// <summary>The override weights a test starts from: 1.0 for each device that some bucket holds, and what is given.</summary>
    /// <exception cref="CrushException">A device id is beyond <see cref="DeviceLimit"/>.</exception>
    public static uint[] BuildWeights(CrushMap map, IReadOnlyDictionary<int, uint> given)
    {
        if (map.Mapper.MaxDevices > DeviceLimit)
        {
            throw new CrushException($"the map has a device id of {map.Mapper.MaxDevices - 1}; mappings can be tested up to {DeviceLimit - 1}");
        }

        var weights = new uint[map.Mapper.MaxDevices];
        foreach (CrushBucket bucket in map.Buckets.Values)
        {
            foreach (CrushItem item in bucket.Items)
            {
                if (item.Id >= 0)
                {
                    weights[item.Id] = 0x10000;
                }
            }
        }

        foreach ((int device, uint weight) in given)
        {
            if (device >= 0 && device < weights.Length)
            {
                weights[device] = weight;
            }
        }

        return weights;
    }

    private void Run(CrushRule rule, int numRep, uint[] weights)
    {
        long total = (long)options.MaxX - options.MinX + 1;
        var sizes = new SortedDictionary<int, long>();
        var stored = new long[weights.Length];
        var inputs = new uint[Math.Min(Chunk, Math.Max(total, 0))];
        var results = new int[inputs.Length * numRep];
        var counts = new int[inputs.Length];
        for (long first = options.MinX; first <= options.MaxX; first += inputs.Length)
        {
            int count = (int)Math.Min(inputs.Length, options.MaxX - first + 1);
            for (int i = 0; i < count; i++)
            {
                uint x = (uint)(first + i);
                inputs[i] = options.PoolId is int pool ? CrushHash.Hash(x, (uint)pool) : x;
            }

            map.Mapper.MapMany(rule.Id, inputs.AsSpan(0, count), numRep, results, counts, weights, chooseArgs: 0);
            for (int i = 0; i < count; i++)
            {
                Report(rule, numRep, (int)(first + i), results.AsSpan(i * numRep, counts[i]), sizes, stored);
            }
        }

        PrintTotals(rule, numRep, total, sizes, stored, weights);
    }

    private void Report(CrushRule rule, int numRep, int x, ReadOnlySpan<int> result, SortedDictionary<int, long> sizes, long[] stored)
    {
        if (options.ShowMappings)
        {
            _line.Clear().Append(CultureInfo.InvariantCulture, $"CRUSH rule {rule.Id} x {x} ");
            PrintWithSet(result);
        }

        int placed = 0;
        foreach (int item in result)
        {
            if (item != CrushMap.NoItem)
            {
                placed++;
                if (item >= 0 && item < stored.Length)
                {
                    stored[item]++;
                }
            }
        }

        sizes[result.Length] = sizes.GetValueOrDefault(result.Length) + 1;
        if (options.ShowBadMappings && placed != numRep)
        {
            _line.Clear().Append(CultureInfo.InvariantCulture, $"bad mapping rule {rule.Id} x {x} num_rep {numRep} result ");
            PrintWithSet(result);
        }
    }

    private void PrintTotals(CrushRule rule, int numRep, long total, SortedDictionary<int, long> sizes, long[] stored, uint[] weights)
    {
        bool utilization = options.ShowUtilization || options.ShowUtilizationAll;
        if (!options.ShowStatistics && !utilization)
        {
            return;
        }

        foreach ((int size, long count) in sizes)
        {
            Print($"rule {rule.Id} ({rule.Name}) num_rep {numRep} result size == {size}:\t{count}/{total}");
        }

        if (!utilization)
        {
            return;
        }

        double allWeight = weights.Sum(w => (double)w);
        float objects = (float)Math.Min(numRep, MostPlaces(rule)) * total;
        for (int device = 0; device < stored.Length; device++)
        {
            float expected = allWeight > 0 ? (float)(weights[device] / allWeight) * objects : 0;
            if (options.ShowUtilizationAll || (expected > 0 && stored[device] > 0))
            {
                Print($"  device {device}:\t\t stored : {stored[device]}\t expected : {expected.ToString("G6", CultureInfo.InvariantCulture)}");
            }
        }
    }

    /// <summary>The most results the rule can give: the fewest buckets of a type it chooses, or fewer if it asks for fewer.</summary>
    private int MostPlaces(CrushRule rule)
    {
        int most = Math.Max(map.Buckets.Count, map.Mapper.MaxDevices);
        foreach (CrushStep step in rule.Steps.Where(s => s.IsChoose && s.Arg2 != 0))
        {
            int have = map.Buckets.Values.Count(b => b.Type == step.Arg2);
            int can = step.Arg1 > 0 ? Math.Min(step.Arg1, have) : have;
            most = can > 0 ? Math.Min(most, can) : most;
        }

        return most;
    }

    private void PrintWithSet(ReadOnlySpan<int> set)
    {
        _line.Append('[');
        for (int i = 0; i < set.Length; i++)
        {
            _line.Append(i > 0 ? "," : "").Append(CultureInfo.InvariantCulture, $"{set[i]}");
        }

        output.Write(_line.Append("]\n"));
    }

    private void Print(FormattableString line)
    {
        output.Write(line.ToString(CultureInfo.InvariantCulture));
        output.Write('\n');
    }
}
