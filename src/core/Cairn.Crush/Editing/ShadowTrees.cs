using System.Collections.Immutable;

namespace Cairn.Crush;

/// <summary>Makes the shadow trees of the device classes: one copy of each root a class, with only the devices of that class.</summary>
/// <remarks>
/// The order decides the ids of new shadows, and ids decide placement: roots by ascending id, classes by number, children before their
/// parent, each new id the free one nearest to -1. Shadows that were there keep their id.
/// </remarks>
internal sealed class ShadowTrees
{
    private readonly CrushMap _map;
    private readonly ImmutableSortedDictionary<int, CrushBucket>.Builder _buckets;
    private readonly ImmutableSortedDictionary<ShadowKey, int>.Builder _shadows;
    private readonly ImmutableSortedDictionary<long, ChooseArgs>.Builder _chooseArgs;
    private readonly ImmutableSortedDictionary<ShadowKey, int> _had;
    private readonly HashSet<int> _reserved;
    private int _lowest = -1;

    private ShadowTrees(CrushMap map)
    {
        _map = map;
        _had = map.Shadows;
        _reserved = [.. _had.Values];
        _buckets = map.Buckets.ToBuilder();
        _shadows = ImmutableSortedDictionary.CreateBuilder<ShadowKey, int>();
        _chooseArgs = map.ChooseArgs.ToBuilder();
        _buckets.RemoveRange(_had.Values.Where(id => map.Buckets.TryGetValue(id, out CrushBucket? b) && b.Name.Contains('~', StringComparison.Ordinal)));
        foreach ((long set, ChooseArgs args) in map.ChooseArgs)
        {
            _chooseArgs[set] = args with { Buckets = args.Buckets.RemoveRange(_had.Values) };
        }
    }

    /// <summary>The map with all its shadow trees made anew from its real buckets and device classes.</summary>
    /// <param name="map">Its <see cref="CrushMap.Shadows"/> give the ids to keep; the buckets they name may not exist yet.</param>
    public static CrushMap Rebuild(CrushMap map)
    {
        var trees = new ShadowTrees(map);
        foreach (CrushBucket root in map.Tree.Roots)
        {
            foreach (int classId in map.Classes.Keys)
            {
                trees.Clone(root, classId);
            }
        }

        return trees.Finish();
    }

    /// <summary>As <see cref="Rebuild"/>, for a map just read: where a tree cannot be made it ends, as Ceph's compiler does, with the trees it has.</summary>
    public static CrushMap Populate(CrushMap map)
    {
        var trees = new ShadowTrees(map);
        try
        {
            foreach (CrushBucket root in map.Tree.Roots)
            {
                foreach (int classId in map.Classes.Keys)
                {
                    trees.Clone(root, classId);
                }
            }
        }
        catch (CrushException)
        {
            // A rule that takes the class it failed on is refused by the compiler; nothing else needs these trees.
        }

        return trees.Finish();
    }

    private CrushMap Finish() => _map with
    {
        Buckets = _buckets.ToImmutable(),
        Shadows = _shadows.ToImmutable(),
        ChooseArgs = _chooseArgs.ToImmutable(),
    };

    private CrushBucket Clone(CrushBucket original, int classId)
    {
        var key = new ShadowKey(original.Id, classId);
        if (_shadows.TryGetValue(key, out int done))
        {
            return _buckets[done]; // A bucket under several parents has one shadow.
        }

        string className = _map.Classes[classId];
        var items = ImmutableArray.CreateBuilder<CrushItem>();
        var origins = new List<int>();
        for (int i = 0; i < original.Items.Length; i++)
        {
            CrushItem item = original.Items[i];
            if (item.Id < 0)
            {
                CrushBucket child = Clone(_map.Buckets[item.Id], classId);
                items.Add(new CrushItem(child.Id, child.Weight));
                origins.Add(i);
            }
            else if (_map.Devices.TryGetValue(item.Id, out CrushDevice? device) && device.Class == className)
            {
                items.Add(item);
                origins.Add(i);
            }
        }

        if (original.Algorithm == BucketAlgorithm.Uniform && items.Count > 0 && items.Any(i => i.Weight != items[0].Weight))
        {
            throw new CrushException(
                $"uniform bucket '{original.Name}' cannot have a tree for class '{className}': its items' weights in the class differ");
        }

        int id = _had.TryGetValue(key, out int had) ? had : FreeId();
        if (_buckets.ContainsKey(id))
        {
            throw new CrushException($"id {id} of the tree of '{original.Name}' for class '{className}' is taken by '{_buckets[id].Name}'");
        }

        var shadow = original with { Id = id, Name = $"{original.Name}~{className}", Items = items.ToImmutable() };
        _buckets[id] = shadow;
        _shadows[key] = id;
        CloneArgs(original, shadow, origins);
        return shadow;
    }

    private int FreeId()
    {
        while (_buckets.ContainsKey(_lowest) || _reserved.Contains(_lowest))
        {
            _lowest--;
        }

        _reserved.Add(_lowest);
        return _lowest;
    }

    // The weight sets of the shadow: a device's weight from the original's set, a bucket's the sum of its shadow's set. Ids are not carried over.
    private void CloneArgs(CrushBucket original, CrushBucket shadow, List<int> origins)
    {
        foreach (long set in _map.ChooseArgs.Keys)
        {
            ImmutableSortedDictionary<int, ChooseArg> args = _chooseArgs[set].Buckets;
            if (!args.TryGetValue(original.Id, out ChooseArg? arg) || arg.WeightSet.IsEmpty)
            {
                continue;
            }

            var weightSet = ImmutableArray.CreateBuilder<ImmutableArray<uint>>();
            for (int position = 0; position < arg.WeightSet.Length; position++)
            {
                var weights = ImmutableArray.CreateBuilder<uint>();
                for (int i = 0; i < shadow.Items.Length; i++)
                {
                    int item = shadow.Items[i].Id;
                    weights.Add(item >= 0 ? arg.WeightSet[position][origins[i]] : SumOf(args, item, position));
                }

                weightSet.Add(weights.ToImmutable());
            }

            _chooseArgs[set] = new ChooseArgs(args.SetItem(shadow.Id, new ChooseArg { WeightSet = weightSet.ToImmutable() }));
        }
    }

    private static uint SumOf(ImmutableSortedDictionary<int, ChooseArg> args, int bucket, int position)
    {
        uint sum = 0;
        if (args.TryGetValue(bucket, out ChooseArg? arg) && position < arg.WeightSet.Length)
        {
            foreach (uint weight in arg.WeightSet[position])
            {
                sum += weight;
            }
        }

        return sum;
    }
}
