using System.Collections.Immutable;

namespace Cairn.Crush;

/// <summary>The hierarchy of a map as people see it: names, parents, roots; shadow buckets only where asked for by id.</summary>
public sealed class CrushTree
{
    private readonly CrushMap _map;
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<int, List<int>> _parents = [];
    private readonly HashSet<int> _shadows;

    internal CrushTree(CrushMap map)
    {
        _map = map;
        _shadows = [.. map.Shadows.Values];
        foreach (CrushDevice device in map.Devices.Values)
        {
            _ids[device.Name] = device.Id;
        }

        foreach (CrushBucket bucket in map.Buckets.Values)
        {
            _ids[bucket.Name] = bucket.Id;
            foreach (CrushItem item in bucket.Items)
            {
                if (!_parents.TryGetValue(item.Id, out List<int>? parents))
                {
                    _parents[item.Id] = parents = [];
                }

                parents.Add(bucket.Id);
            }
        }
    }

    public bool IsShadow(int id) => _shadows.Contains(id);

    /// <summary>The buckets people made: all but shadows, by ascending id.</summary>
    public IEnumerable<CrushBucket> RealBuckets => _map.Buckets.Values.Where(b => !IsShadow(b.Id));

    /// <summary>Real buckets no real bucket holds, by ascending id.</summary>
    public IEnumerable<CrushBucket> Roots => RealBuckets.Where(b => ParentsOf(b.Id).Count == 0);

    /// <summary>The id of a device or bucket (a shadow too, as <c>default~ssd</c>), or null.</summary>
    public int? FindItem(string name) => _ids.TryGetValue(name, out int id) ? id : null;

    public CrushBucket? FindBucket(string name) => FindItem(name) is int id && id < 0 ? _map.Buckets[id] : null;

    /// <summary>The name of a device or bucket; a device without one is called <c>osd.N</c>.</summary>
    public string NameOf(int id) =>
        id < 0 ? _map.Buckets.TryGetValue(id, out CrushBucket? bucket) ? bucket.Name : $"bucket{-1 - id}"
        : _map.Devices.TryGetValue(id, out CrushDevice? device) ? device.Name : $"osd.{id}";

    public int TypeOf(int id) => id < 0 && _map.Buckets.TryGetValue(id, out CrushBucket? bucket) ? bucket.Type : 0;

    public string TypeNameOf(int id) => _map.Types.TryGetValue(TypeOf(id), out string? name) ? name : $"type{TypeOf(id)}";

    /// <summary>Real buckets that hold the item (more than one where it is linked).</summary>
    public ImmutableArray<int> RealParentsOf(int id) => [.. ParentsOf(id)];

    /// <summary>The nearest ancestor of that type (the item itself, if it is of it), or null. Of several parents the first.</summary>
    public int? AncestorOfType(int id, int type)
    {
        for (int? at = id; at is int here; at = FirstParentOf(here))
        {
            if (TypeOf(here) == type)
            {
                return here;
            }
        }

        return null;
    }

    /// <summary>Where the item is, from the nearest bucket to the root: <c>host=a rack=r1 root=default</c>.</summary>
    public ImmutableArray<CrushLocation> LocationOf(int id)
    {
        var location = ImmutableArray.CreateBuilder<CrushLocation>();
        for (int? at = FirstParentOf(id); at is int here; at = FirstParentOf(here))
        {
            location.Add(new CrushLocation(TypeNameOf(here), NameOf(here)));
        }

        return location.ToImmutable();
    }

    /// <summary>The 16.16 weight of an item in its first parent, or of a root; null where it is in no bucket.</summary>
    public uint? WeightOf(int id)
    {
        if (FirstParentOf(id) is int parent)
        {
            CrushBucket bucket = _map.Buckets[parent];
            return bucket.Items[bucket.IndexOf(id)].Weight;
        }

        return id < 0 && _map.Buckets.TryGetValue(id, out CrushBucket? root) ? root.Weight : null;
    }

    /// <summary>Whether <paramref name="id"/> is <paramref name="root"/> or below it.</summary>
    public bool IsInSubtree(int root, int id) =>
        root == id || (root < 0 && _map.Buckets.TryGetValue(root, out CrushBucket? bucket) && bucket.Items.Any(i => IsInSubtree(i.Id, id)));

    /// <summary>The devices below an item, each once, ascending.</summary>
    public ImmutableSortedSet<int> DevicesUnder(int id)
    {
        var devices = ImmutableSortedSet.CreateBuilder<int>();
        Collect(id);
        return devices.ToImmutable();

        void Collect(int at)
        {
            if (at >= 0)
            {
                devices.Add(at);
            }
            else if (_map.Buckets.TryGetValue(at, out CrushBucket? bucket))
            {
                foreach (CrushItem item in bucket.Items)
                {
                    Collect(item.Id);
                }
            }
        }
    }

    private List<int> ParentsOf(int id) => _parents.TryGetValue(id, out List<int>? parents) ? parents.FindAll(p => !IsShadow(p)) : [];

    private int? FirstParentOf(int id)
    {
        if (_parents.TryGetValue(id, out List<int>? parents))
        {
            foreach (int parent in parents)
            {
                // A shadow's parents are shadows, a real item's first parent must be real.
                if (IsShadow(parent) == IsShadow(id))
                {
                    return parent;
                }
            }
        }

        return null;
    }
}
