namespace Cairn.Crush;

public sealed partial record CrushMap
{
    /// <summary>No bucket id is below this.</summary>
    public const int LowestBucketId = -(1 << 30);

    /// <summary>Device ids are below this: the two highest numbers stand for holes.</summary>
    public const int DeviceLimit = int.MaxValue - 1;

    /// <summary>Rule ids are below this: the mapper's table is as long as they go up.</summary>
    public const int RuleLimit = 1 << 16;

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

        RequireNoLoop();
        foreach (CrushRule rule in Rules.Values)
        {
            Require(rule.Id is >= 0 and < RuleLimit, $"rule id {rule.Id} is out of range");
            foreach (CrushStep step in rule.Steps)
            {
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

    private void RequireNoLoop()
    {
        var finished = new HashSet<int>();
        var open = new HashSet<int>();
        var path = new Stack<(int Id, int Next)>();
        foreach (int start in Buckets.Keys)
        {
            path.Push((start, 0));
            while (path.TryPop(out var at))
            {
                if (at.Next == 0 && (finished.Contains(at.Id) || !open.Add(at.Id)))
                {
                    Require(finished.Contains(at.Id), $"bucket '{Buckets[at.Id].Name}' is in itself");
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
                    finished.Add(at.Id);
                }
            }
        }
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new CrushException(message);
        }
    }
}
