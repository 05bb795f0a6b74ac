using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Cairn.Crush;
using Google.Protobuf;

namespace Cairn.Maps;

/// <summary>The CRUSH map on the wire. A map is encoded once: the next epochs mostly carry the same one.</summary>
public static class CrushCodec
{
    // Positions are places of a PG: far fewer.
    private const int PositionsMax = 1024;

    private static readonly ConditionalWeakTable<CrushMap, ByteString> Encoded = [];

    public static ByteString Encode(CrushMap map) => Encoded.GetValue(map, static m => ToWire(m).ToByteString());

    /// <exception cref="MapFormatException">The bytes are no CRUSH map, or one that does not hang together.</exception>
    public static CrushMap Decode(ByteString bytes)
    {
        CrushMap map = MapFormatException.Guard("CRUSH map", bytes, static b => FromWire(Wire.CrushMap.Parser.ParseFrom(b)));
        Encoded.TryAdd(map, bytes);
        return map;
    }

    private static Wire.CrushMap ToWire(CrushMap map)
    {
        CrushTunables t = map.Tunables;
        var wire = new Wire.CrushMap
        {
            Tunables =
            {
                (uint)t.ChooseLocalTries, (uint)t.ChooseLocalFallbackTries, (uint)t.ChooseTotalTries, (uint)t.ChooseLeafDescendOnce,
                (uint)t.ChooseLeafVaryR, (uint)t.ChooseLeafStable, (uint)t.StrawCalcVersion, (uint)t.AllowedBucketAlgorithms,
            },
        };
        foreach (CrushDevice device in map.Devices.Values)
        {
            wire.Devices.Add(new Wire.CrushDevice
            {
                Id = (uint)device.Id,
                Name = device.Name == $"osd.{device.Id}" ? "" : device.Name,
                Class = device.Class ?? "",
            });
        }

        wire.Types_.AddRange(map.Types.Select(t => new Wire.CrushName { Id = t.Key, Name = t.Value }));
        wire.Classes.AddRange(map.Classes.Select(c => new Wire.CrushName { Id = c.Key, Name = c.Value }));
        wire.Buckets.AddRange(map.Buckets.Values.Select(ToWire));
        wire.Shadows.AddRange(map.Shadows.SelectMany(s => new[] { s.Key.Bucket, s.Key.Class, s.Value }));
        wire.Rules.AddRange(map.Rules.Values.Select(ToWire));
        wire.ChooseArgs.AddRange(map.ChooseArgs.Select(ToWire));
        return wire;
    }

    private static Wire.CrushBucket ToWire(CrushBucket bucket) => new()
    {
        Id = bucket.Id,
        Name = bucket.Name,
        Type = (uint)bucket.Type,
        Algorithm = (uint)bucket.Algorithm,
        Hash = bucket.Hash,
        Items = { bucket.Items.Select(i => i.Id) },
        Weights = { bucket.Items.Select(i => i.Weight) },
    };

    private static Wire.CrushRule ToWire(CrushRule rule) => new()
    {
        Id = (uint)rule.Id,
        Name = rule.Name,
        Type = (uint)rule.Type,
        MinSize = (uint)rule.MinSize,
        MaxSize = (uint)rule.MaxSize,
        Steps = { rule.Steps.SelectMany(s => new[] { (int)s.Op, s.Arg1, s.Arg2 }) },
    };

    private static Wire.CrushChooseArgs ToWire(KeyValuePair<long, ChooseArgs> set)
    {
        var wire = new Wire.CrushChooseArgs { Id = set.Key };
        foreach ((int bucket, ChooseArg arg) in set.Value.Buckets)
        {
            wire.Buckets.Add(new Wire.CrushChooseArg
            {
                Bucket = bucket,
                Positions = (uint)arg.WeightSet.Length,
                Weights = { arg.WeightSet.SelectMany(w => w) },
                Ids = { arg.Ids },
            });
        }

        return wire;
    }

    private static CrushMap FromWire(Wire.CrushMap wire)
    {
        if (wire.Tunables.Count != 8)
        {
            throw new MapFormatException($"a CRUSH map has 8 tunables, this one {wire.Tunables.Count}");
        }

        var map = new CrushMap
        {
            Tunables = new CrushTunables
            {
                ChooseLocalTries = (int)wire.Tunables[0],
                ChooseLocalFallbackTries = (int)wire.Tunables[1],
                ChooseTotalTries = (int)wire.Tunables[2],
                ChooseLeafDescendOnce = (int)wire.Tunables[3],
                ChooseLeafVaryR = (int)wire.Tunables[4],
                ChooseLeafStable = (int)wire.Tunables[5],
                StrawCalcVersion = (int)wire.Tunables[6],
                AllowedBucketAlgorithms = (int)wire.Tunables[7],
            },
            Devices = wire.Devices.ToImmutableSortedDictionary(
                d => (int)d.Id,
                d => new CrushDevice((int)d.Id, d.Name.Length == 0 ? $"osd.{d.Id}" : d.Name, d.Class.Length == 0 ? null : d.Class)),
            Types = wire.Types_.ToImmutableSortedDictionary(t => t.Id, t => t.Name),
            Classes = wire.Classes.ToImmutableSortedDictionary(c => c.Id, c => c.Name),
            Buckets = wire.Buckets.ToImmutableSortedDictionary(b => b.Id, FromWire),
            Shadows = wire.Shadows.Chunk(3).ToImmutableSortedDictionary(s => new ShadowKey(s[0], s[1]), s => s[2]),
            Rules = wire.Rules.ToImmutableSortedDictionary(r => (int)r.Id, FromWire),
            ChooseArgs = wire.ChooseArgs.ToImmutableSortedDictionary(
                a => a.Id, a => new ChooseArgs(a.Buckets.ToImmutableSortedDictionary(b => b.Bucket, FromWire))),
        };
        map.Validate();
        return map;
    }

    private static CrushBucket FromWire(Wire.CrushBucket wire)
    {
        if (wire.Items.Count != wire.Weights.Count)
        {
            throw new MapFormatException($"bucket {wire.Id} has {wire.Items.Count} items, but {wire.Weights.Count} weights");
        }

        return new CrushBucket
        {
            Id = wire.Id,
            Name = wire.Name,
            Type = (int)wire.Type,
            Algorithm = (BucketAlgorithm)wire.Algorithm,
            Hash = checked((byte)wire.Hash),
            Items = [.. wire.Items.Zip(wire.Weights, (id, weight) => new CrushItem(id, weight))],
        };
    }

    private static CrushRule FromWire(Wire.CrushRule wire) => new()
    {
        Id = (int)wire.Id,
        Name = wire.Name,
        Type = (CrushRuleType)wire.Type,
        MinSize = (int)wire.MinSize,
        MaxSize = (int)wire.MaxSize,
        Steps = [.. wire.Steps.Chunk(3).Select(s => new CrushStep((CrushOp)s[0], s[1], s[2]))],
    };

    private static ChooseArg FromWire(Wire.CrushChooseArg wire)
    {
        int positions = (int)wire.Positions;
        if (positions is < 0 or > PositionsMax || (positions == 0 ? wire.Weights.Count > 0 : wire.Weights.Count % positions != 0))
        {
            throw new MapFormatException($"the weight set of bucket {wire.Bucket} has {wire.Weights.Count} weights for {positions} positions");
        }

        int size = positions == 0 ? 0 : wire.Weights.Count / positions;
        return new ChooseArg
        {
            WeightSet = [.. Enumerable.Range(0, positions).Select(p => wire.Weights.Skip(p * size).Take(size).ToImmutableArray())],
            Ids = [.. wire.Ids],
        };
    }
}
