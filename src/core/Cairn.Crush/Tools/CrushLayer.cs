using System.Collections.Immutable;
using System.Globalization;

namespace Cairn.Crush;

/// <summary>One level of <c>crushtool --build</c>: buckets called <paramref name="Type"/>0, 1, ... of up to <paramref name="Size"/> items (0: one bucket of all).</summary>
public sealed record CrushLayer(string Type, BucketAlgorithm Algorithm, int Size)
{
    /// <summary>Builds a map of devices of weight 1 and layers above them, with one replicated rule over the first root.</summary>
    /// <exception cref="CrushException">No device or layer, a size below 0, or a type named twice.</exception>
    public static CrushMap Build(int devices, IReadOnlyList<CrushLayer> layers)
    {
        if (devices <= 0 || layers.Count == 0 || layers.Any(l => l.Size < 0) || layers.DistinctBy(l => l.Type).Count() != layers.Count)
        {
            throw new CrushException("building a map takes at least one device and one layer; sizes are not negative, and each layer has a type of its own");
        }

        var types = ImmutableSortedDictionary.CreateBuilder<int, string>();
        types.Add(0, "osd");
        for (int i = 0; i < layers.Count; i++)
        {
            types.Add(i + 1, layers[i].Type);
        }

        var buckets = ImmutableSortedDictionary.CreateBuilder<int, CrushBucket>();
        var below = Enumerable.Range(0, devices).Select(id => new CrushItem(id, 0x10000)).ToList();
        for (int level = 0; level < layers.Count; level++)
        {
            below = layers[level].Group(below, level + 1, buckets);
        }

        var map = new CrushMap
        {
            Types = types.ToImmutable(),
            Buckets = buckets.ToImmutable(),
            Devices = Enumerable.Range(0, devices).ToImmutableSortedDictionary(id => id, id => new CrushDevice(id, string.Create(CultureInfo.InvariantCulture, $"osd.{id}"))),
        };
        map.Validate();
        var editor = new CrushEditor(map);
        editor.CreateReplicatedRule("replicated_rule", map.Buckets[below[0].Id].Name, layers[0].Type);
        return editor.ToMap();
    }

    private List<CrushItem> Group(List<CrushItem> items, int type, ImmutableSortedDictionary<int, CrushBucket>.Builder buckets)
    {
        var made = new List<CrushItem>();
        int size = Size == 0 ? items.Count : Size;
        foreach (CrushItem[] part in items.Chunk(size))
        {
            int id = -1 - buckets.Count;
            string name = Size == 0 ? Type : string.Create(CultureInfo.InvariantCulture, $"{Type}{made.Count}");
            var bucket = new CrushBucket { Id = id, Name = name, Type = type, Algorithm = Algorithm, Items = [.. part] };
            buckets.Add(id, bucket);
            made.Add(new CrushItem(id, bucket.Weight));
        }

        return made;
    }
}
