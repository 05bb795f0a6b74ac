using System.Collections.Immutable;

namespace Cairn.Crush;

internal sealed partial class CrushCompiler
{
    private readonly Dictionary<string, BucketSyntax> _bucketsByName = new(StringComparer.Ordinal);
    private readonly HashSet<int> _usedIds = [];
    private int _nextFreeId = -1;

    private void AddBuckets()
    {
        foreach (BucketSyntax bucket in _syntax.Buckets)
        {
            if (_items.ContainsKey(bucket.Name.Text) || !_bucketsByName.TryAdd(bucket.Name.Text, bucket))
            {
                throw bucket.Name.Error($"bucket or device '{bucket.Name.Text}' is already defined");
            }

            ReserveIds(bucket);
        }

        foreach (BucketSyntax bucket in InOrderOfUse())
        {
            AddBucket(bucket);
        }
    }

    private void ReserveIds(BucketSyntax bucket)
    {
        if (bucket.Id is int id)
        {
            if (id < CrushMap.LowestBucketId)
            {
                throw bucket.IdToken.Error($"bucket id {id} is too low: not below {CrushMap.LowestBucketId}");
            }

            _usedIds.Add(id);
        }

        foreach ((Token className, int shadow) in bucket.ShadowIds)
        {
            if (shadow < CrushMap.LowestBucketId)
            {
                throw className.Error($"bucket id {shadow} is too low: not below {CrushMap.LowestBucketId}");
            }

            _usedIds.Add(shadow);
        }
    }

    /// <summary>As written, except that a bucket used before it is defined comes before its user. Walks without recursion: a text may nest deep.</summary>
    private List<BucketSyntax> InOrderOfUse()
    {
        var order = new List<BucketSyntax>(_syntax.Buckets.Count);
        var done = new HashSet<BucketSyntax>(ReferenceEqualityComparer.Instance);
        var open = new HashSet<BucketSyntax>(ReferenceEqualityComparer.Instance);
        var path = new Stack<(BucketSyntax Bucket, int Next)>();
        foreach (BucketSyntax start in _syntax.Buckets)
        {
            Enter(start, start.Name);
            while (path.TryPop(out var at))
            {
                if (at.Next == at.Bucket.Items.Count)
                {
                    open.Remove(at.Bucket);
                    done.Add(at.Bucket);
                    order.Add(at.Bucket);
                    continue;
                }

                path.Push((at.Bucket, at.Next + 1));
                Token item = at.Bucket.Items[at.Next].Name;
                if (_bucketsByName.TryGetValue(item.Text, out BucketSyntax? child))
                {
                    Enter(child, item);
                }
                else if (!_items.ContainsKey(item.Text))
                {
                    throw item.Error($"item '{item.Text}' in bucket '{at.Bucket.Name.Text}' is not defined");
                }
            }
        }

        return order;

        void Enter(BucketSyntax bucket, Token token)
        {
            if (open.Contains(bucket))
            {
                throw token.Error($"bucket '{bucket.Name.Text}' is in itself: {string.Join(" in ", path.Select(p => p.Bucket.Name.Text))}");
            }

            if (!done.Contains(bucket))
            {
                open.Add(bucket);
                path.Push((bucket, 0));
            }
        }
    }

    private void AddBucket(BucketSyntax syntax)
    {
        if (!_types.TryGetValue(syntax.Type.Text, out int type))
        {
            throw syntax.Type.Error($"bucket type '{syntax.Type.Text}' is not defined");
        }

        BucketAlgorithm algorithm = BucketAlgorithmNames.Find(syntax.Algorithm.Text)
            ?? throw syntax.Algorithm.Error($"unknown bucket alg '{syntax.Algorithm.Text}': expected uniform, list, tree, straw or straw2");
        ImmutableArray<CrushItem> items = PlaceItems(syntax, algorithm);
        int id = syntax.Id ?? FreeId();
        if (_buckets.ContainsKey(id))
        {
            throw syntax.IdToken.Error($"duplicate bucket id {id}");
        }

        foreach ((Token className, int shadow) in syntax.ShadowIds)
        {
            // Ceph makes up a class that no device has, too; it gets an empty tree.
            if (!_classIds.TryGetValue(className.Text, out int classId))
            {
                _classIds.Add(className.Text, classId = _classIds.Count);
            }

            _shadowIds[new ShadowKey(id, classId)] = shadow;
        }

        _items.Add(syntax.Name.Text, id);
        _buckets.Add(id, new CrushBucket { Id = id, Name = syntax.Name.Text, Type = type, Algorithm = algorithm, Hash = syntax.Hash, Items = items });
    }

    /// <summary>Items with a position first; the others fill the free places in order.</summary>
    private ImmutableArray<CrushItem> PlaceItems(BucketSyntax syntax, BucketAlgorithm algorithm)
    {
        int size = syntax.Items.Count;
        var placed = new CrushItem?[size];
        var open = new List<(ItemSyntax Syntax, CrushItem Item)>();
        uint? uniform = null;
        ulong sum = 0;
        foreach (ItemSyntax item in syntax.Items)
        {
            var next = new CrushItem(_items[item.Name.Text], WeightOf(item));
            sum += next.Weight;
            if (sum > uint.MaxValue)
            {
                throw item.Name.Error($"the weights in bucket '{syntax.Name.Text}' overflow: they add up to more than 65535.99998");
            }

            if (algorithm == BucketAlgorithm.Uniform && uniform is uint expected && expected != next.Weight)
            {
                throw item.Name.Error(
                    $"item '{item.Name.Text}' in uniform bucket '{syntax.Name.Text}' has weight {CrushNumbers.FormatExact(next.Weight)} but previous item(s) have weight "
                    + $"{CrushNumbers.FormatExact(expected)}; uniform bucket items must all have identical weights");
            }

            uniform ??= next.Weight;
            if (item.Position is not int position)
            {
                open.Add((item, next));
            }
            else if (position >= size)
            {
                throw item.Name.Error($"item '{item.Name.Text}' in bucket '{syntax.Name.Text}' has pos {position} >= size {size}");
            }
            else if (placed[position] is not null)
            {
                throw item.Name.Error($"item '{item.Name.Text}' in bucket '{syntax.Name.Text}' has explicit pos {position}, which is occupied");
            }
            else
            {
                placed[position] = next;
            }
        }

        int at = 0;
        foreach ((_, CrushItem item) in open)
        {
            while (placed[at] is not null)
            {
                at++;
            }

            placed[at] = item;
        }

        return [.. placed.Select(p => p!.Value)];
    }

    private uint WeightOf(ItemSyntax item)
    {
        const uint DeviceMax = 100 << 16;
        int id = _items[item.Name.Text];
        if (item.Weight is not { } text)
        {
            return id < 0 ? _buckets[id].Weight : 0x10000;
        }

        uint weight = CrushNumbers.ParseWeight(text);
        return id < 0 || weight <= DeviceMax ? weight : throw text.Error($"device weight limited to 100, '{item.Name.Text}' has {text.Text}");
    }

    private int FreeId()
    {
        while (_usedIds.Contains(_nextFreeId))
        {
            _nextFreeId--;
        }

        _usedIds.Add(_nextFreeId);
        return _nextFreeId;
    }
}
