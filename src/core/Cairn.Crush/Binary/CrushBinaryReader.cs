using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Cairn.Crush;

/// <summary>Reads Ceph's compiled form. A count is believed only as far as the bytes behind it go, so a few bad bytes cannot ask for gigabytes.</summary>
internal ref struct CrushBinaryReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    // What the form repeats although it follows from the weights; checked once the tunables are known.
    private readonly List<(int Bucket, uint[] Weights, uint[] Lengths)> _straws = [];

    public CrushMap Read()
    {
        if (U32() != CrushBinary.Magic)
        {
            throw new CrushException("these bytes are no compiled CRUSH map: they do not begin as one");
        }

        int slots = Count(sizeof(uint), "buckets");
        int ruleSlots = Count(sizeof(uint), "rules");
        S32(); // The number of devices: it follows from their ids.
        var buckets = ImmutableSortedDictionary.CreateBuilder<int, CrushBucket>();
        for (int slot = 0; slot < slots; slot++)
        {
            if (ReadBucket(-1 - slot) is { } bucket)
            {
                buckets.Add(bucket.Id, bucket);
            }
        }

        var rules = ImmutableSortedDictionary.CreateBuilder<int, CrushRule>();
        for (int id = 0; id < ruleSlots; id++)
        {
            if (U32() != 0)
            {
                rules.Add(id, ReadRule(id));
            }
        }

        ImmutableSortedDictionary<int, string> types = Names("type");
        ImmutableSortedDictionary<int, string> names = Names("item");
        ImmutableSortedDictionary<int, string> ruleNames = Names("rule");
        CrushTunables tunables = ReadTunables();
        ImmutableSortedDictionary<int, int> deviceClasses = Numbers("device");
        ImmutableSortedDictionary<int, string> classes = AtEnd ? ImmutableSortedDictionary<int, string>.Empty : Names("class");
        ImmutableSortedDictionary<ShadowKey, int> shadows = ReadShadows();
        CrushMap map = new()
        {
            Tunables = tunables,
            Types = types.ContainsKey(0) ? types : types.Add(0, "osd"),
            Devices = ReadDevices(names, deviceClasses, classes),
            Buckets = buckets.Values.ToImmutableSortedDictionary(b => b.Id, b => b with { Name = names.GetValueOrDefault(b.Id, $"bucket{-1 - b.Id}") }),
            Rules = rules.Values.ToImmutableSortedDictionary(r => r.Id, r => r with { Name = ruleNames.GetValueOrDefault(r.Id, $"rule{r.Id}") }),
            Classes = classes,
            Shadows = shadows,
            ChooseArgs = ReadChooseArgs(),
        };
        RequireStraws(tunables);
        map.Validate();
        return map;
    }

    private CrushBucket? ReadBucket(int slot)
    {
        uint algorithm = U32();
        if (algorithm == 0)
        {
            return null;
        }

        int id = S32();
        ushort type = (ushort)(U8() | (U8() << 8));
        byte sameAlgorithm = U8();
        byte hash = U8();
        U32(); // Its weight: the sum of its items'.
        if (id != slot || algorithm != sameAlgorithm)
        {
            throw new CrushException($"bucket {id} of algorithm {algorithm} stands in the place of {slot}, algorithm {sameAlgorithm}");
        }

        int size = Count(sizeof(int), "items");
        var ids = new int[size];
        for (int i = 0; i < size; i++)
        {
            ids[i] = S32();
        }

        uint[] weights = ReadWeights(id, (BucketAlgorithm)algorithm, size);
        return new CrushBucket
        {
            Id = id,
            Name = "",
            Type = type,
            Algorithm = (BucketAlgorithm)algorithm,
            Hash = hash,
            Items = [.. ids.Zip(weights, (item, weight) => new CrushItem(item, weight))],
        };
    }

    private uint[] ReadWeights(int id, BucketAlgorithm algorithm, int size)
    {
        switch (algorithm)
        {
            case BucketAlgorithm.Uniform:
                uint each = U32();
                return [.. Enumerable.Repeat(each, size)];
            case BucketAlgorithm.List:
                (uint[] weights, uint[] sums) = Pairs(size);
                return sums.AsSpan().SequenceEqual(CrushBinaryWriter.ListSums(weights))
                    ? weights
                    : throw new CrushException($"the sums of list bucket {id} are not those of its weights");
            case BucketAlgorithm.Tree:
                uint[] nodes = U32s(U8());
                return FromTree(id, nodes, size);
            case BucketAlgorithm.Straw:
                (uint[] ofItems, uint[] lengths) = Pairs(size);
                _straws.Add((id, ofItems, lengths));
                return ofItems;
            case BucketAlgorithm.Straw2:
                return U32s(size);
            default:
                throw new CrushException($"bucket {id} has the unknown algorithm {(byte)algorithm}");
        }
    }

    private static uint[] FromTree(int id, uint[] nodes, int size)
    {
        if (size > 0 && TreeNodes.LeafOf(size - 1) >= nodes.Length)
        {
            throw new CrushException($"the tree of bucket {id} has {nodes.Length} nodes, too few for {size} items");
        }

        uint[] weights = [.. Enumerable.Range(0, size).Select(i => nodes[TreeNodes.LeafOf(i)])];
        return nodes.AsSpan().SequenceEqual(TreeNodes.Weights([.. weights.Select(w => new CrushItem(0, w))]))
            ? weights
            : throw new CrushException($"the tree of bucket {id} does not follow from its items' weights");
    }

    /// <summary>A map may carry straws of an older calculation than its tunables say; mapping with others would move data.</summary>
    private readonly void RequireStraws(CrushTunables tunables)
    {
        foreach ((int bucket, uint[] weights, uint[] lengths) in _straws)
        {
            if (!lengths.AsSpan().SequenceEqual(StrawLengths.Compute(tunables.StrawCalcVersion, weights)))
            {
                throw new CrushException(
                    $"the straws of bucket {bucket} are not those of straw_calc_version {tunables.StrawCalcVersion}: have Ceph calculate them (ceph osd crush reweight-all)");
            }
        }
    }

    private CrushRule ReadRule(int id)
    {
        int length = Count(3 * sizeof(int), "steps");
        U8(); // The rule set: the rule's id, since Ceph 12.
        (byte type, byte minSize, byte maxSize) = (U8(), U8(), U8());
        var steps = ImmutableArray.CreateBuilder<CrushStep>(length);
        for (int i = 0; i < length; i++)
        {
            steps.Add(new CrushStep((CrushOp)S32(), S32(), S32()));
        }

        return new CrushRule { Id = id, Name = "", Type = (CrushRuleType)type, MinSize = minSize, MaxSize = maxSize, Steps = steps.MoveToImmutable() };
    }

    private CrushTunables ReadTunables()
    {
        CrushTunables tunables = CrushTunables.Legacy;
        tunables = AtEnd ? tunables : tunables with { ChooseLocalTries = S32(), ChooseLocalFallbackTries = S32(), ChooseTotalTries = S32() };
        tunables = AtEnd ? tunables : tunables with { ChooseLeafDescendOnce = S32() };
        tunables = AtEnd ? tunables : tunables with { ChooseLeafVaryR = U8() };
        tunables = AtEnd ? tunables : tunables with { StrawCalcVersion = U8() };
        tunables = AtEnd ? tunables : tunables with { AllowedBucketAlgorithms = S32() };
        tunables = AtEnd ? tunables : tunables with { ChooseLeafStable = U8() };
        return tunables;
    }

    private static ImmutableSortedDictionary<int, CrushDevice> ReadDevices(
        ImmutableSortedDictionary<int, string> names, ImmutableSortedDictionary<int, int> deviceClasses, ImmutableSortedDictionary<int, string> classes)
    {
        var devices = ImmutableSortedDictionary.CreateBuilder<int, CrushDevice>();
        foreach ((int id, string name) in names.Where(n => n.Key >= 0))
        {
            string? deviceClass = !deviceClasses.TryGetValue(id, out int number) ? null
                : classes.GetValueOrDefault(number) ?? throw new CrushException($"device {id} is of class {number}, which has no name");
            devices.Add(id, new CrushDevice(id, name, deviceClass));
        }

        return devices.ToImmutable();
    }

    private ImmutableSortedDictionary<ShadowKey, int> ReadShadows()
    {
        var shadows = ImmutableSortedDictionary.CreateBuilder<ShadowKey, int>();
        int count = AtEnd ? 0 : Count(2 * sizeof(int), "shadow trees");
        for (int i = 0; i < count; i++)
        {
            int bucket = S32();
            foreach ((int deviceClass, int shadow) in Numbers("shadow"))
            {
                shadows[new ShadowKey(bucket, deviceClass)] = shadow;
            }
        }

        return shadows.ToImmutable();
    }

    private ImmutableSortedDictionary<long, ChooseArgs> ReadChooseArgs()
    {
        var sets = ImmutableSortedDictionary.CreateBuilder<long, ChooseArgs>();
        int count = AtEnd ? 0 : Count(sizeof(long) + sizeof(int), "weight sets");
        for (int i = 0; i < count; i++)
        {
            long id = BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));
            var buckets = ImmutableSortedDictionary.CreateBuilder<int, ChooseArg>();
            for (int left = Count(3 * sizeof(int), "buckets of a weight set"); left > 0; left--)
            {
                int bucket = -1 - S32();
                var positions = ImmutableArray.CreateBuilder<ImmutableArray<uint>>();
                for (int position = Count(sizeof(int), "positions"); position > 0; position--)
                {
                    positions.Add([.. U32s(Count(sizeof(uint), "weights"))]);
                }

                ImmutableArray<int> ids = [.. U32s(Count(sizeof(int), "ids")).Select(item => (int)item)];
                if (positions.Count > 0 || !ids.IsEmpty)
                {
                    buckets[bucket] = new ChooseArg { WeightSet = positions.ToImmutable(), Ids = ids };
                }
            }

            sets[id] = new ChooseArgs(buckets.ToImmutable());
        }

        return sets.ToImmutable();
    }

    private ImmutableSortedDictionary<int, string> Names(string what)
    {
        var names = ImmutableSortedDictionary.CreateBuilder<int, string>();
        int count = Count(2 * sizeof(int), $"{what} names");
        for (int i = 0; i < count; i++)
        {
            int id = S32();
            names[id] = Encoding.UTF8.GetString(Take(Count(1, $"bytes of a {what} name")));
        }

        return names.ToImmutable();
    }

    private ImmutableSortedDictionary<int, int> Numbers(string what)
    {
        var numbers = ImmutableSortedDictionary.CreateBuilder<int, int>();
        int count = AtEnd ? 0 : Count(2 * sizeof(int), $"{what} classes");
        for (int i = 0; i < count; i++)
        {
            int id = S32();
            numbers[id] = S32();
        }

        return numbers.ToImmutable();
    }

    private (uint[] First, uint[] Second) Pairs(int count)
    {
        uint[] both = U32s(2 * (long)count);
        return ([.. both.Where((_, i) => i % 2 == 0)], [.. both.Where((_, i) => i % 2 == 1)]);
    }

    private uint[] U32s(long count)
    {
        ReadOnlySpan<byte> bytes = Take(count * sizeof(uint));
        var values = new uint[count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i * sizeof(uint))..]);
        }

        return values;
    }

    /// <summary>A count of things that take at least so many bytes each.</summary>
    private int Count(int bytesEach, string what)
    {
        uint count = U32();
        return (long)count * bytesEach <= _bytes.Length - _at ? (int)count : throw new CrushException($"the compiled map ends before its {count} {what}");
    }

    private readonly bool AtEnd => _at == _bytes.Length;

    private byte U8() => Take(1)[0];

    private int S32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    private uint U32() => (uint)S32();

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count > _bytes.Length - _at)
        {
            throw new CrushException($"the compiled map ends early: {_bytes.Length} bytes are not all of it");
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(_at, (int)count);
        _at += (int)count;
        return taken;
    }
}
