using System.Collections.Immutable;
using System.Globalization;
using Cairn.Crush;
using Cairn.Maps;

namespace Cairn.Benchmarks.Crush;

/// <summary>Clusters of equal racks, hosts and OSDs: the maps Ceph's own figures were taken on.</summary>
public static class BenchMaps
{
    public const int Replicated = 0;
    public const int Erasure = 1;

    /// <summary>Rule 0 is replicated, rule 1 erasure-coded; the failure domain is the host.</summary>
    public static CrushMap Build(int racks, int hosts, int osds)
    {
        var buckets = ImmutableSortedDictionary.CreateBuilder<int, CrushBucket>();
        var devices = ImmutableSortedDictionary.CreateBuilder<int, CrushDevice>();
        uint hostWeight = (uint)osds << 16;
        uint rackWeight = hostWeight * (uint)hosts;
        var rackItems = ImmutableArray.CreateBuilder<CrushItem>();
        int bucket = -2;
        int device = 0;
        for (int rack = 0; rack < racks; rack++)
        {
            var hostItems = ImmutableArray.CreateBuilder<CrushItem>();
            int rackId = bucket--;
            for (int host = 0; host < hosts; host++)
            {
                var items = ImmutableArray.CreateBuilder<CrushItem>();
                for (int i = 0; i < osds; i++)
                {
                    devices.Add(device, new CrushDevice(device, string.Create(CultureInfo.InvariantCulture, $"osd.{device}")));
                    items.Add(new CrushItem(device++, 0x10000));
                }

                buckets.Add(bucket, new CrushBucket { Id = bucket, Name = $"host{rack}-{host}", Type = 1, Items = items.ToImmutable() });
                hostItems.Add(new CrushItem(bucket--, hostWeight));
            }

            buckets.Add(rackId, new CrushBucket { Id = rackId, Name = $"rack{rack}", Type = 3, Items = hostItems.ToImmutable() });
            rackItems.Add(new CrushItem(rackId, rackWeight));
        }

        buckets.Add(-1, new CrushBucket { Id = -1, Name = "default", Type = 11, Items = rackItems.ToImmutable() });
        var editor = new CrushEditor(new CrushMap { Types = CrushMap.DefaultTypes, Buckets = buckets.ToImmutable(), Devices = devices.ToImmutable() });
        editor.CreateReplicatedRule("replicated", "default", "host");
        editor.CreateErasureRule("erasure", "default", "host");
        return editor.ToMap();
    }

    /// <summary>All OSDs up and in, one pool of size 3.</summary>
    public static OsdMap Cluster(int racks, int hosts, int osds, uint pgNum)
    {
        int count = racks * hosts * osds;
        var states = new OsdState?[count];
        for (int i = 0; i < count; i++)
        {
            string host = string.Create(CultureInfo.InvariantCulture, $"10.{i / osds / 250 % 250}.{i / osds % 250}.{i % 250}");
            states[i] = new OsdState
            {
                // Random in a real cluster; here as incompressible, and the same each run.
                Uuid = new Guid((int)CrushHash.Hash((uint)i, 1), (short)i, 7, [.. BitConverter.GetBytes(0x9e3779b97f4a7c15UL * (ulong)(i + 1))]),
                Up = true,
                New = false,
                Weight = OsdState.FullWeight,
                UpFrom = new Epoch(90_000u + (uint)(i % 999)),
                UpThru = new Epoch(99_990),
                DownAt = new Epoch(89_990),
                LastCleanBegin = new Epoch(88_000),
                LastCleanEnd = new Epoch(89_990),
                DataAddress = $"{host}:6800",
                HeartbeatAddress = $"{host}:6801",
                AdminAddress = $"{host}:6802",
            };
        }

        return new OsdMap
        {
            Fsid = new Guid("5f2b0b6e-8f4e-4b43-9d5c-2a1f3b7c9e01"),
            Epoch = new Epoch(100_000),
            ModifiedUnixMs = 1_790_000_000_000,
            Crush = Build(racks, hosts, osds),
            Osds = ImmutableArray.Create(states),
            Pools = ImmutableSortedDictionary<long, Pool>.Empty.Add(
                1, new Pool { Id = 1, Name = "data", Size = 3, MinSize = 2, PgNum = pgNum, PgpNum = pgNum, CrushRule = Replicated }),
            MaxPoolId = 1,
        };
    }
}
