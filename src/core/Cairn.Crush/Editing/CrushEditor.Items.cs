using System.Collections.Immutable;

namespace Cairn.Crush;

public sealed partial class CrushEditor
{
    /// <summary>Sees to it that a device is at a location: creates it there, or moves it there with the weight it has. <c>osd crush create-or-move</c>.</summary>
    /// <returns>Whether anything changed.</returns>
    /// <exception cref="CrushException">The location cannot be: see <see cref="AddItem"/>.</exception>
    public bool CreateOrMoveDevice(int osd, uint weight, IReadOnlyList<CrushLocation> location, string? name = null)
    {
        if (IsAt(osd, location))
        {
            return false;
        }

        if (Tree.WeightOf(osd) is uint had)
        {
            weight = had;
            Unlink(osd);
        }

        AddItem(osd, weight, name ?? Tree.NameOf(osd), location);
        return true;
    }

    /// <summary>Puts a device at a location with a weight, adding or moving it. <c>osd crush set</c> and <c>osd crush add</c>.</summary>
    public void SetDevice(int osd, uint weight, IReadOnlyList<CrushLocation> location, string? name = null)
    {
        if (IsAt(osd, location))
        {
            Reweight(osd, weight);
            return;
        }

        Unlink(osd);
        AddItem(osd, weight, name ?? Tree.NameOf(osd), location);
    }

    /// <summary>Moves a bucket, with all below it, to another place. <c>osd crush move</c>.</summary>
    public void Move(string name, IReadOnlyList<CrushLocation> location)
    {
        int id = RequireItem(name);
        uint weight = Tree.WeightOf(id) ?? 0;
        if (IsAt(id, location))
        {
            return;
        }

        Require(id, location, moving: true); // Before it is taken from where it is.
        Unlink(id);
        AddItem(id, id < 0 ? _buckets[id].Weight : weight, name, location);
    }

    /// <summary>Puts a bucket under a further parent, leaving it where it is as well. <c>osd crush link</c>.</summary>
    public void Link(string name, IReadOnlyList<CrushLocation> location)
    {
        int id = RequireItem(name);
        AddItem(id, Tree.WeightOf(id) ?? 0, name, location);
    }

    /// <summary>
    /// Adds an item at the lowest level the location names, making the buckets it names that do not exist, up to one that does.
    /// </summary>
    /// <exception cref="CrushException">An unknown type, a bucket of another type, a loop, or the item is there already.</exception>
    private void AddItem(int item, uint weight, string name, IReadOnlyList<CrushLocation> location)
    {
        Require(item, location);
        if (item >= 0 && !_devices.ContainsKey(item))
        {
            RequireFreeName(name);
            _devices = _devices.Add(item, new CrushDevice(item, name));
            _current = null;
        }

        int at = item;
        foreach ((int type, string parentName) in ByLevel(location))
        {
            int? parent = Tree.FindItem(parentName);
            int id = parent ?? CreateBucket(parentName, type, BucketAlgorithm.Straw2);
            Append(id, at);
            at = id;
            if (parent is not null)
            {
                break;
            }
        }

        SetWeightUnder(location, item, weight);
        RebuildShadows();
    }

    /// <summary>Whether the lowest named level of the location holds the item.</summary>
    private bool IsAt(int item, IReadOnlyList<CrushLocation> location)
    {
        foreach ((int type, string name) in ByLevel(location))
        {
            return Tree.FindItem(name) is int id && id < 0 && _buckets[id].Type == type && _buckets[id].IndexOf(item) >= 0;
        }

        return false;
    }

    /// <summary>Takes a device out of the map, or an empty bucket. <c>osd crush rm</c>.</summary>
    /// <exception cref="CrushException">The bucket is not empty, or a rule takes it.</exception>
    public void Remove(string name)
    {
        int id = RequireItem(name);
        if (id < 0)
        {
            RequireRemovable(id, name);
        }

        Unlink(id);
        Forget(id);
        RebuildShadows();
    }

    /// <summary>Takes an item out of one parent, and out of the map if that was the last. <c>osd crush unlink</c>, or <c>rm NAME ANCESTOR</c>.</summary>
    public void RemoveFrom(string name, string ancestor)
    {
        int id = RequireItem(name);
        int parent = RequireBucket(ancestor);
        if (_buckets[parent].IndexOf(id) < 0)
        {
            throw new CrushException($"'{ancestor}' does not hold '{name}'");
        }

        Detach(parent, id);
        if (id >= 0 && Tree.RealParentsOf(id).IsEmpty)
        {
            Forget(id);
        }

        RebuildShadows();
    }

    /// <summary>Exchanges what two buckets hold, and their names; ids and places stay. <c>osd crush swap-bucket</c>.</summary>
    public void SwapBuckets(string source, string target)
    {
        int a = RequireBucket(source);
        int b = RequireBucket(target);
        if (Tree.IsInSubtree(a, b) || Tree.IsInSubtree(b, a))
        {
            throw new CrushException($"'{source}' and '{target}' cannot be swapped: one is inside the other");
        }

        ImmutableArray<CrushItem> ofA = _buckets[a].Items;
        ImmutableArray<CrushItem> ofB = _buckets[b].Items;
        Clear(a);
        Clear(b);
        Fill(a, ofB);
        Fill(b, ofA);
        Put(_buckets[a] with { Name = target });
        Put(_buckets[b] with { Name = source });
        RebuildShadows();

        void Clear(int id)
        {
            foreach (CrushItem item in _buckets[id].Items)
            {
                Detach(id, item.Id);
            }
        }

        void Fill(int id, ImmutableArray<CrushItem> items)
        {
            foreach (CrushItem item in items)
            {
                Append(id, item.Id);
                SetWeightIn(id, item.Id, item.Weight);
            }
        }
    }

    private void RequireRemovable(int id, string name)
    {
        if (Tree.IsShadow(id))
        {
            throw new CrushException($"'{name}' is a shadow of a device class: it goes when the class does");
        }

        if (!_buckets[id].Items.IsEmpty)
        {
            throw new CrushException($"bucket '{name}' is not empty");
        }

        foreach (CrushRule rule in _rules.Values)
        {
            if (rule.Steps.Any(s => s.Op == CrushOp.Take && (s.Arg1 == id || _shadows.Any(p => p.Key.Bucket == id && p.Value == s.Arg1))))
            {
                throw new CrushException($"bucket '{name}' is in use by rule '{rule.Name}'");
            }
        }
    }

    private void Forget(int id)
    {
        if (id >= 0)
        {
            _devices = _devices.Remove(id);
        }
        else
        {
            _buckets = _buckets.Remove(id);
            DropArgs(id);
        }

        _current = null;
    }

    // Out of each real parent; shadows follow when they are rebuilt.
    private void Unlink(int id)
    {
        foreach (int parent in Tree.RealParentsOf(id))
        {
            Detach(parent, id);
        }
    }

    private void Append(int parent, int item)
    {
        CrushBucket bucket = _buckets[parent];
        if (bucket.Algorithm == BucketAlgorithm.Uniform && !bucket.Items.IsEmpty)
        {
            // A uniform bucket has one weight for all; the newcomer takes it.
            Put(bucket with { Items = bucket.Items.Add(new CrushItem(item, bucket.Items[0].Weight)) });
        }
        else
        {
            Put(bucket with { Items = bucket.Items.Add(new CrushItem(item, 0)) });
        }

        AppendToArgs(parent, item);
    }

    private void Detach(int parent, int item)
    {
        int index = _buckets[parent].IndexOf(item);
        if (_buckets[parent].Algorithm != BucketAlgorithm.Uniform)
        {
            SetWeightIn(parent, item, 0);
        }

        Put(_buckets[parent] with { Items = _buckets[parent].Items.RemoveAt(index) });
        RemoveFromArgs(parent, index);
        CarryUp(parent);
    }

    /// <summary>The levels of a location from the lowest type up, as Ceph walks them.</summary>
    private IEnumerable<(int Type, string Name)> ByLevel(IReadOnlyList<CrushLocation> location) =>
        location.Select(l => (Type: RequireType(l.Type), l.Name)).Where(l => l.Type != 0).OrderBy(l => l.Type).ToList();

    private void Require(int item, IReadOnlyList<CrushLocation> location, bool moving = false)
    {
        bool any = false;
        foreach ((int type, string name) in ByLevel(location))
        {
            any = true;
            if (Tree.FindItem(name) is not int id)
            {
                if (!IsValidName(name))
                {
                    throw new CrushException($"'{name}' is not a valid name: use letters, digits, '-', '_' and '.'");
                }

                continue;
            }

            if (id >= 0 || _buckets[id].Type != type)
            {
                throw new CrushException($"'{name}' is of type '{Tree.TypeNameOf(id)}', not '{_types[type]}'");
            }

            if (Tree.IsInSubtree(item, id))
            {
                throw new CrushException($"'{Tree.NameOf(item)}' cannot be put under '{name}': '{name}' is in it");
            }

            // A host that moves into a new rack below the root it is in leaves that root first.
            if (!moving && _buckets[id].IndexOf(item) >= 0)
            {
                throw new CrushException($"'{Tree.NameOf(item)}' is already in '{name}'");
            }

            break;
        }

        if (!any)
        {
            throw new CrushException("the location names no bucket: give one, as in root=default host=a");
        }
    }
}
