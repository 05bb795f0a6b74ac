using System.Collections.Immutable;

namespace Cairn.Crush;

public sealed partial class CrushEditor
{
    /// <summary>Sets the weight (16.16) of an item wherever it is, and the sums above it. <c>osd crush reweight</c>.</summary>
    /// <exception cref="CrushException">No such item, or the sum would not fit 32 bits.</exception>
    public void Reweight(string name, uint weight) => Reweight(RequireItem(name), weight);

    private void Reweight(int item, uint weight)
    {
        foreach (int parent in Tree.RealParentsOf(item))
        {
            SetWeightIn(parent, item, weight);
        }

        RebuildShadows();
    }

    /// <summary>Gives every device below a bucket one weight. <c>osd crush reweight-subtree</c>.</summary>
    public void ReweightSubtree(string name, uint weight)
    {
        int root = RequireBucket(name);
        foreach (int device in Tree.DevicesUnder(root))
        {
            foreach (int parent in Tree.RealParentsOf(device))
            {
                if (Tree.IsInSubtree(root, parent))
                {
                    SetWeightIn(parent, device, weight);
                }
            }
        }

        RebuildShadows();
    }

    /// <summary>Makes every bucket's weight in its parent the sum of its items. <c>osd crush reweight-all</c>.</summary>
    public void ReweightAll()
    {
        foreach (CrushBucket root in Tree.Roots.ToList())
        {
            SumBelow(root.Id);
        }

        RebuildShadows();
    }

    private uint SumBelow(int id)
    {
        foreach (CrushItem item in _buckets[id].Items)
        {
            if (item.Id < 0)
            {
                StoreWeight(id, item.Id, SumBelow(item.Id));
            }
        }

        return _buckets[id].Weight;
    }

    // The item's weight in the lowest existing level of the location, which is where it was just put.
    private void SetWeightUnder(IReadOnlyList<CrushLocation> location, int item, uint weight)
    {
        foreach ((_, string name) in ByLevel(location))
        {
            if (Tree.FindItem(name) is int id && _buckets[id].IndexOf(item) >= 0)
            {
                SetWeightIn(id, item, weight);
                return;
            }
        }
    }

    private void SetWeightIn(int parent, int item, uint weight)
    {
        StoreWeight(parent, item, weight);
        CarryUp(parent);
    }

    private void StoreWeight(int parent, int item, uint weight)
    {
        CrushBucket bucket = _buckets[parent];
        ulong sum = 0;
        var items = ImmutableArray.CreateBuilder<CrushItem>(bucket.Items.Length);
        foreach (CrushItem at in bucket.Items)
        {
            // A uniform bucket has one weight for all its items.
            CrushItem next = at.Id == item || bucket.Algorithm == BucketAlgorithm.Uniform ? at with { Weight = weight } : at;
            items.Add(next);
            sum += next.Weight;
        }

        if (sum > uint.MaxValue)
        {
            throw new CrushException($"the weights in '{bucket.Name}' would add up to more than 65535.99998");
        }

        Put(bucket with { Items = items.DrainToImmutable() });
        SetWeightInArgs(parent, item, weight);
    }

    private void CarryUp(int bucket)
    {
        foreach (int parent in Tree.RealParentsOf(bucket))
        {
            StoreWeight(parent, bucket, _buckets[bucket].Weight);
            CarryUp(parent);
        }
    }
}
