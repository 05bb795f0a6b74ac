using System.Globalization;
using System.Text;

namespace Cairn.Crush;

/// <summary>Maps a range of inputs and prints what <c>crushtool --test</c> prints.</summary>
/// <param name="map">The map.</param>
/// <param name="options">What to run and what to show.</param>
/// <param name="output">What the tool writes to standard output.</param>
/// <param name="remarks">What it writes to standard error.</param>
public sealed class CrushTester(CrushMap map, CrushTestOptions options, TextWriter output, TextWriter remarks)
{
    // Inputs mapped at a time: enough to keep the vectors full, little enough to stay in the cache.
    private const int Chunk = 4096;

    /// <summary>A table of override weights is as long as the highest device id: 64 MiB of it are enough.</summary>
    public const int DeviceLimit = 1 << 24;

    private readonly StringBuilder _line = new();
    private readonly long[] _tries = new long[options.ShowChooseTries ? Math.Clamp(map.Tunables.ChooseTotalTries, 0, 1 << 20) : 0];

    private bool WithUtilization => options.ShowUtilization || options.ShowUtilizationAll;

    private bool WithStatistics => options.ShowStatistics || WithUtilization;

    /// <exception cref="CrushException">The map has a device id beyond <see cref="DeviceLimit"/>.</exception>
    public void Run()
    {
        uint[] weights = BuildWeights(map, options.Weights);
        if (options.ShowUtilizationAll)
        {
            remarks.Write($"devices weights (hex): [{string.Join(',', weights.Select(w => w.ToString("x", CultureInfo.InvariantCulture)))}]\n");
        }

        bool every = options.MinRule is null or < 0 || options.MaxRule is null or < 0;
        int last = map.Rules.IsEmpty ? -1 : map.Rules.Keys.Max();
        last = every ? last : Math.Min(last, options.MaxRule!.Value);
        for (int id = every ? 0 : options.MinRule!.Value; id <= last; id++)
        {
            if (map.Rules.TryGetValue(id, out CrushRule? rule))
            {
                Run(rule, weights);
            }
            else if (WithStatistics)
            {
                Print($"rule {id} dne");
            }
        }

        for (int i = 0; i < _tries.Length; i++)
        {
            Print($"{i,2}: {_tries[i],9}");
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

    private void Run(CrushRule rule, uint[] weights)
    {
        bool ruleSizes = options.MinRep is null or < 0 || options.MaxRep is null or < 0;
        (int min, int max) = ruleSizes ? (rule.MinSize, rule.MaxSize) : (options.MinRep!.Value, options.MaxRep!.Value);
        bool usualInputs = options.MinX is null or < 0 || options.MaxX is null or < 0;
        (int first, int last) = usualInputs ? (0, 1023) : (options.MinX!.Value, options.MaxX!.Value);
        if (WithStatistics)
        {
            Print($"rule {rule.Id} ({rule.Name}), x = {first}..{last}, numrep = {min}..{max}");
        }

        // With nothing to place anything on the tool prints nothing more.
        for (int numRep = min; numRep <= max && weights.Any(w => w > 0); numRep++)
        {
            Run(rule, numRep, first, last, weights);
        }
    }

    private void Run(CrushRule rule, int numRep, int first, int last, uint[] weights)
    {
        long total = (long)last - first + 1;
        var sizes = new SortedDictionary<int, long>();
        var stored = new long[weights.Length];
        var inputs = new uint[Math.Clamp(total, 0, Chunk)];
        var results = new int[inputs.Length * numRep];
        var counts = new int[inputs.Length];
        for (long start = first; start <= last; start += inputs.Length)
        {
            int count = (int)Math.Min(inputs.Length, last - start + 1);
            for (int i = 0; i < count; i++)
            {
                uint x = (uint)(start + i);
                inputs[i] = options.PoolId is int pool && pool != -1 ? CrushHash.Hash(x, (uint)pool) : x;
            }

            Map(rule, inputs.AsSpan(0, count), numRep, results, counts, weights);
            for (int i = 0; i < count; i++)
            {
                Report(rule, numRep, (int)(start + i), results.AsSpan(i * numRep, counts[i]), sizes, stored);
            }
        }

        if (WithStatistics)
        {
            PrintTotals(rule, numRep, total, sizes, stored, weights);
        }
    }

    private void Map(CrushRule rule, ReadOnlySpan<uint> inputs, int numRep, Span<int> results, Span<int> counts, uint[] weights)
    {
        if (_tries.Length == 0)
        {
            map.Mapper.MapMany(rule.Id, inputs, numRep, results, counts, weights, chooseArgs: 0);
            return;
        }

        for (int i = 0; i < inputs.Length; i++)
        {
            counts[i] = map.Mapper.Map(rule.Id, inputs[i], results.Slice(i * numRep, numRep), weights, chooseArgs: 0, _tries);
        }
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
        foreach ((int size, long count) in sizes)
        {
            Print($"rule {rule.Id} ({rule.Name}) num_rep {numRep} result size == {size}:\t{count}/{total}");
        }

        if (!WithUtilization)
        {
            return;
        }

        // In single precision, as the tool counts: the digits printed are to be the same.
        float allWeight = weights.Sum(w => (long)w);
        float objects = (long)Math.Min(numRep, MostPlaces(rule)) * total;
        for (int device = 0; device < stored.Length; device++)
        {
            float expected = weights[device] / allWeight * objects;
            if (!options.ShowUtilization || (expected > 0 && stored[device] > 0))
            {
                Print($"  device {device}:\t\t stored : {stored[device]}\t expected : {FormatFloat(expected)}");
            }
        }
    }

    /// <summary>Six significant digits, as C++ streams print a float.</summary>
    private static string FormatFloat(float value)
    {
        string text = ((double)value).ToString("G6", CultureInfo.InvariantCulture);
        int exponent = text.IndexOf('E', StringComparison.Ordinal);
        return exponent < 0 ? text : text[..exponent] + "e" + text[exponent + 1] + text[(exponent + 2)..].PadLeft(2, '0');
    }

    /// <summary>The most results the rule can give: the fewest buckets of a type it chooses, or fewer if it asks for fewer.</summary>
    private int MostPlaces(CrushRule rule)
    {
        int most = Math.Max(CrushBinary.BucketSlots(map), map.Mapper.MaxDevices);
        CrushStep[] choices = [.. rule.Steps.Where(s => s.IsChoose)];
        foreach (IGrouping<int, CrushStep> steps in choices.GroupBy(s => s.Arg2))
        {
            // The tool counts the buckets of a type once for each step that chooses the type, and takes the number wanted from the last.
            int have = map.Buckets.Values.Count(b => b.Type == steps.Key) * steps.Count();
            int wanted = steps.Last().Arg1;
            int can = wanted > 0 ? Math.Min(wanted, have) : have;
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
