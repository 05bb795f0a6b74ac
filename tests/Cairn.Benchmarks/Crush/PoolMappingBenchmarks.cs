using BenchmarkDotNet.Attributes;
using Cairn.Maps;

namespace Cairn.Benchmarks.Crush;

/// <summary>What a new epoch costs: 10,000 OSDs, a pool of 500,000 PGs of size 3, on one core. Reported: time for the whole pool.</summary>
/// <remarks>Goal: under 1 s from nothing. Ceph's <c>osdmaptool</c> makes 131,000 PGs/s on such a map (3.8 s).</remarks>
[MemoryDiagnoser]
public class PoolMappingBenchmarks
{
    private readonly OsdMap _map = BenchMaps.Cluster(25, 20, 20, pgNum: 500_000);
    private OsdMap _oneOut = null!;
    private OsdMap _oneDown = null!;
    private PoolMapping _mapping = null!;

    [GlobalSetup]
    public void Setup()
    {
        OsdState osd = _map.Osds[4321]!;
        _oneOut = _map with { Epoch = _map.Epoch.Next, Osds = _map.Osds.SetItem(4321, osd with { Weight = 0 }) };
        _oneDown = _map with { Epoch = _map.Epoch.Next, Osds = _map.Osds.SetItem(4321, osd with { Up = false }) };
        _mapping = PoolMapping.Compute(_map, 1);
    }

    [Benchmark]
    public int WholePool() => PoolMapping.Compute(_map, 1).Recomputed;

    [Benchmark]
    public int AfterOneOsdIsMarkedOut() => _mapping.Update(_oneOut).Recomputed;

    [Benchmark]
    public int AfterOneOsdIsDown() => _mapping.Update(_oneDown).Recomputed;
}
