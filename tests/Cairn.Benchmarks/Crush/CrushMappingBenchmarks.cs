using BenchmarkDotNet.Attributes;
using Cairn.Crush;

namespace Cairn.Benchmarks.Crush;

/// <summary>One input mapped to 3 OSDs of different hosts, on one core. Reported: nanoseconds and bytes per mapping.</summary>
/// <remarks>Ceph's libcrush on the same kind of map: 672,000 mappings/s (1,488 ns) with 100 OSDs, 163,000/s (6,135 ns) with 10,000.</remarks>
[MemoryDiagnoser]
public class CrushMappingBenchmarks
{
    private const int Inputs = 4096;
    private readonly uint[] _inputs = [.. Enumerable.Range(0, Inputs).Select(x => CrushHash.Hash((uint)x, 1))];
    private readonly int[] _results = new int[Inputs * 3];
    private readonly int[] _counts = new int[Inputs];
    private readonly int[] _one = new int[3];
    private CrushMapper _mapper = null!;
    private uint[] _weights = null!;

    [Params("5x5x4", "25x20x20", "25x20x20 uneven")]
    public string Map { get; set; } = "";

    [Params("firstn", "indep")]
    public string Mode { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        int[] shape = [.. Map.Split(' ')[0].Split('x').Select(int.Parse)];
        CrushMap map = BenchMaps.Build(shape[0], shape[1], shape[2]);
        if (Map.EndsWith("uneven", StringComparison.Ordinal))
        {
            var editor = new CrushEditor(map);
            foreach (CrushBucket host in map.Buckets.Values.Where(b => b.Type == 1).Where((_, i) => i % 3 == 0))
            {
                editor.ReweightSubtree(host.Name, 0x18000 + (uint)(-host.Id * 77));
            }

            map = editor.ToMap();
        }

        _mapper = map.Mapper;
        _weights = [.. Enumerable.Repeat(0x10000u, map.Devices.Count)];
    }

    private int Rule => Mode == "firstn" ? BenchMaps.Replicated : BenchMaps.Erasure;

    [Benchmark(OperationsPerInvoke = Inputs)]
    public int Many()
    {
        _mapper.MapMany(Rule, _inputs, 3, _results, _counts, _weights);
        return _results[0];
    }

    [Benchmark(OperationsPerInvoke = Inputs)]
    public int OneByOne()
    {
        int sum = 0;
        foreach (uint x in _inputs)
        {
            sum += _mapper.Map(Rule, x, _one, _weights);
        }

        return sum;
    }
}
