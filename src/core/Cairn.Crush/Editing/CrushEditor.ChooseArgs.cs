using System.Collections.Immutable;

namespace Cairn.Crush;

// The weight sets follow each edit: a new item, a gone one, a new weight. An edit resets a set's weight of the item to the real one.
public sealed partial class CrushEditor
{
    private void ChangeArg(int bucket, Func<ChooseArg, ChooseArg> change)
    {
        foreach ((long id, ChooseArgs args) in _chooseArgs)
        {
            if (args.Buckets.TryGetValue(bucket, out ChooseArg? arg))
            {
                _chooseArgs = _chooseArgs.SetItem(id, args with { Buckets = args.Buckets.SetItem(bucket, change(arg)) });
                _current = null;
            }
        }
    }

    private void AppendToArgs(int bucket, int item) => ChangeArg(bucket, arg => arg with
    {
        WeightSet = [.. arg.WeightSet.Select(weights => weights.Add(0u))],
        Ids = arg.Ids.IsEmpty ? arg.Ids : arg.Ids.Add(item),
    });

    private void RemoveFromArgs(int bucket, int index) => ChangeArg(bucket, arg => arg with
    {
        WeightSet = [.. arg.WeightSet.Select(weights => weights.RemoveAt(index))],
        Ids = arg.Ids.IsEmpty ? arg.Ids : arg.Ids.RemoveAt(index),
    });

    private void SetWeightInArgs(int bucket, int item, uint weight)
    {
        int index = _buckets[bucket].IndexOf(item);
        ChangeArg(bucket, arg => arg with
        {
            // A bucket's weight in a set is the sum of its own set, if it has one.
            WeightSet = [.. arg.WeightSet.Select((weights, position) => weights.SetItem(index, weight))],
        });
        foreach ((long id, ChooseArgs args) in _chooseArgs)
        {
            if (item < 0 && args.Buckets.TryGetValue(bucket, out ChooseArg? arg) && args.Buckets.TryGetValue(item, out ChooseArg? below)
                && !below.WeightSet.IsEmpty)
            {
                ImmutableArray<ImmutableArray<uint>> carried =
                    [.. arg.WeightSet.Select((weights, position) => weights.SetItem(index, SumOf(below, position)))];
                _chooseArgs = _chooseArgs.SetItem(id, args with { Buckets = args.Buckets.SetItem(bucket, arg with { WeightSet = carried }) });
            }
        }
    }

    private static uint SumOf(ChooseArg arg, int position)
    {
        uint sum = 0;
        foreach (uint weight in arg.WeightSet[Math.Min(position, arg.WeightSet.Length - 1)])
        {
            sum += weight;
        }

        return sum;
    }

    private void DropArgs(int bucket)
    {
        foreach ((long id, ChooseArgs args) in _chooseArgs)
        {
            _chooseArgs = _chooseArgs.SetItem(id, args with { Buckets = args.Buckets.Remove(bucket) });
        }
    }
}
