using BenchmarkDotNet.Attributes;
using Cairn.Maps;

namespace Cairn.Benchmarks.Crush;

/// <summary>An epoch in which one of 10,000 OSDs goes down: made by the monitor, applied (and its CRC checked) by everyone else.</summary>
[MemoryDiagnoser]
public class OsdMapBenchmarks
{
    private readonly OsdMap _map = BenchMaps.Cluster(25, 20, 20, pgNum: 65_536);
    private OsdMap _next = null!;
    private OsdMapIncremental _incremental = null!;
    private byte[] _full = null!;

    [GlobalSetup]
    public void Setup()
    {
        _next = _map with { Epoch = _map.Epoch.Next, Osds = _map.Osds.SetItem(4321, _map.Osds[4321]! with { Up = false }) };
        _incremental = OsdMapIncremental.Between(_map, _next);
        _full = _map.Encode();
    }

    [Benchmark]
    public OsdMapIncremental MakeIncremental() => OsdMapIncremental.Between(_map, _next);

    [Benchmark]
    public OsdMap ApplyIncremental() => _map.Apply(_incremental);

    [Benchmark]
    public OsdMap DecodeFull() => OsdMap.Decode(_full);
}
