using System.Collections.Immutable;
using System.Globalization;
using Cairn.Cli.Shell;
using Cairn.Crush;
using Cairn.Maps;

namespace Cairn.Cli.Osds.Crush;

/// <summary>A weight set as it is printed: only buckets that people made, with their items by name.</summary>
internal sealed record WeightSetView(string Name, long Id, IReadOnlyList<WeightSetView.Bucket> Buckets)
{
    private const double One = 0x10000;

    /// <summary>How Ceph lists the set of all pools that have none of their own.</summary>
    private const string Compat = "(compat)";

    public static IReadOnlyList<WeightSetView> Of(OsdMap map) => [.. map.Crush.ChooseArgs.Select(set => Of(map, set.Key, set.Value))];

    public static string NameOf(OsdMap map, long id) =>
        id == ChooseArgs.DefaultSet ? Compat : map.Pools.TryGetValue(id, out Pool? pool) ? pool.Name : id.ToString(CultureInfo.InvariantCulture);

    public void Write(TextWriter output)
    {
        output.WriteLine(Name);
        TextTable table = new("BUCKET", "ITEM", "WEIGHT", "IN THE SET");
        foreach (Bucket bucket in Buckets)
        {
            foreach (Item item in bucket.Items)
            {
                table.Add(bucket.Name, item.Name, Text(item.Weight), string.Join(' ', item.WeightSet.Select(Text)));
            }
        }

        table.Write(output);
    }

    private static WeightSetView Of(OsdMap map, long id, ChooseArgs set) => new(
        NameOf(map, id),
        id,
        [
            .. set.Buckets
                .Where(b => !map.Crush.Tree.IsShadow(b.Key) && !b.Value.WeightSet.IsEmpty)
                .Select(b => new Bucket(map.Crush.Tree.NameOf(b.Key), b.Key, ItemsOf(map.Crush, map.Crush.Buckets[b.Key], b.Value))),
        ]);

    private static IReadOnlyList<Item> ItemsOf(CrushMap crush, CrushBucket bucket, ChooseArg arg) =>
        [.. bucket.Items.Select((item, i) => new Item(crush.Tree.NameOf(item.Id), item.Weight / One, [.. arg.WeightSet.Select(w => w[i] / One)]))];

    private static string Text(double weight) => weight.ToString("0.00000", CultureInfo.InvariantCulture);

    internal sealed record Bucket(string Name, int BucketId, IReadOnlyList<Item> Items);

    internal sealed record Item(string Name, double Weight, ImmutableArray<double> WeightSet);
}
