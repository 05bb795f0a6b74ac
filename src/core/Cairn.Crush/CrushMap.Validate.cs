namespace Cairn.Crush;

public sealed partial record CrushMap
{
    /// <summary>No bucket id is below this.</summary>
    public const int LowestBucketId = -(1 << 30);

    /// <summary>Device ids are below this: the two highest numbers stand for holes.</summary>
    public const int DeviceLimit = int.MaxValue - 1;

    /// <summary>Rule ids are below this: the mapper's table is as long as they go up.</summary>
    public const int RuleLimit = 1 << 16;

    /// <summary>Buckets may nest so deep: a hundred times what anyone has, and little enough to walk by recursion.</summary>
    public const int LevelLimit = 1000;

    /// <summary>
    /// Ways there may be from a bucket down to devices. A map that links buckets several times has more ways than devices; twenty levels
    /// that each hold the next twice have a million, and every walk over the hierarchy would take as many steps.
    /// </summary>
    public const long PathLimit = 1 << 22;

    /// <summary>Checks that the parts fit together, so that mapping ends and stays within its tables. What the editor and the compiler make does.</summary>
    /// <exception cref="CrushException">Names what does not.</exception>
    public void Validate()
    {
        foreach (int device in Devices.Keys)
        {
            Require(device is >= 0 and < DeviceLimit, $"device id {device} is out of range");
        }

        foreach (CrushBucket bucket in Buckets.Values)
        {
            ValidateBucket(bucket);
        }

        RequireWalkable();
        ValidateClasses();
        foreach (CrushRule rule in Rules.Values)
        {
            Require(rule.Id is >= 0 and < RuleLimit, $"rule id {rule.Id} is out of range");
            Require(Enum.IsDefined(rule.Type), $"rule '{rule.Name}' is of the unknown type {(int)rule.Type}");
            foreach (CrushStep step in rule.Steps)
            {
                Require(Enum.IsDefined(step.Op), $"rule '{rule.Name}' has a step of the unknown kind {(int)step.Op}");
                Require(step.Op != CrushOp.Take || step.Arg1 >= 0 || Buckets.ContainsKey(step.Arg1), $"rule '{rule.Name}' takes {step.Arg1}, which no bucket is");
            }
        }

        foreach ((long set, ChooseArgs args) in ChooseArgs)
        {
            foreach ((int id, ChooseArg arg) in args.Buckets)
            {
                Require(Buckets.TryGetValue(id, out CrushBucket? bucket), $"choose_args {set} names bucket {id}, which does not exist");
                int size = bucket!.Items.Length;
                Require(arg.Ids.IsEmpty || arg.Ids.Length == size, $"choose_args {set} has {arg.Ids.Length} ids for bucket {id} of {size} items");
                Require(arg.WeightSet.All(w => w.Length == size), $"choose_args {set} has a weight set of another length than bucket {id}");
            }
        }
    }

    private void ValidateClasses()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in Classes.Values)
        {
            Require(name.Length > 0, "a device class has no name");
            Require(names.Add(name), $"two device classes are called '{name}'");
        }

        foreach (CrushDevice device in Devices.Values)
        {
            Require(device.Name.Length > 0, $"device {device.Id} has no name");
            Require(device.Class is null || names.Contains(device.Class), $"device '{device.Name}' is of class '{device.Class}', which does not exist");
        }

        var shadows = new HashSet<int>();
        foreach ((ShadowKey key, int shadow) in Shadows)
        {
            Require(shadows.Add(shadow), $"bucket {shadow} is the tree of two buckets or classes");
            Require(
                Classes.ContainsKey(key.Class) && Buckets.ContainsKey(key.Bucket) && Buckets.ContainsKey(shadow),
                $"{shadow} is no tree of bucket {key.Bucket} for class {key.Class}: one of them does not exist");
        }

        // Trees of classes go and come with their classes: what people made must not stand on them.
        foreach (CrushBucket bucket in Buckets.Values.Where(b => !shadows.Contains(b.Id)))
        {
            CrushItem held = bucket.Items.FirstOrDefault(i => shadows.Contains(i.Id), new CrushItem(0, 0));
            Require(held.Id == 0, $"bucket '{bucket.Name}' holds {held.Id}, the tree of a device class");
        }
    }

    private void ValidateBucket(CrushBucket bucket)
    {
        Require(bucket.Id is < 0 and >= LowestBucketId, $"bucket id {bucket.Id} is out of range");
        Require(bucket.Type >= 0, $"bucket '{bucket.Name}' is of type {bucket.Type}");
        Require(bucket.Algorithm is >= BucketAlgorithm.Uniform and <= BucketAlgorithm.Straw2, $"bucket '{bucket.Name}' has an unknown algorithm");
        ulong sum = 0;
        foreach (CrushItem item in bucket.Items)
        {
            sum += item.Weight;
            Require(item.Id >= 0 ? item.Id < DeviceLimit : Buckets.ContainsKey(item.Id), $"bucket '{bucket.Name}' holds {item.Id}, which does not exist");
        }

        Require(sum <= uint.MaxValue, $"the weights in '{bucket.Name}' add up to more than 65535.99998");
    }

    /// <summary>Checks that a walk over the hierarchy ends, and soon: no loop, not too deep, not too many ways to one device.</summary>
    internal void RequireWalkable()
    {
        var finished = new Dictionary<int, (int Levels, long Paths)>();
        var open = new HashSet<int>();
        var path = new Stack<(int Id, int Next)>();
        foreach (int start in Buckets.Keys)
        {
            path.Push((start, 0));
            while (path.TryPop(out var at))
            {
                if (at.Next == 0 && (finished.ContainsKey(at.Id) || !open.Add(at.Id)))
                {
                    Require(finished.ContainsKey(at.Id), $"bucket '{Buckets[at.Id].Name}' is in itself");
                    continue;
                }

                CrushBucket bucket = Buckets[at.Id];
                int next = at.Next;
                while (next < bucket.Items.Length && bucket.Items[next].Id >= 0)
                {
                    next++;
                }

                if (next < bucket.Items.Length)
                {
                    path.Push((at.Id, next + 1));
                    path.Push((bucket.Items[next].Id, 0));
                }
                else
                {
                    open.Remove(at.Id);
                    finished.Add(at.Id, Measure(bucket, finished));
                }
            }
        }
    }

    private static (int Levels, long Paths) Measure(CrushBucket bucket, Dictionary<int, (int Levels, long Paths)> below)
    {
        int levels = 1;
        long paths = 1;
        foreach (CrushItem item in bucket.Items)
        {
            (int itemLevels, long itemPaths) = item.Id < 0 ? below[item.Id] : (0, 1);
            levels = Math.Max(levels, itemLevels + 1);
            paths += itemPaths;
            Require(paths <= PathLimit, $"from bucket '{bucket.Name}' there are more than {PathLimit} ways down");
        }

        Require(levels <= LevelLimit, $"below bucket '{bucket.Name}' there are more than {LevelLimit} levels");
        return (levels, paths);
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new CrushException(message);
        }
    }
}
