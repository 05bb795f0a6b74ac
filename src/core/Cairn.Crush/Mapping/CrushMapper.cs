using System.Runtime.CompilerServices;

namespace Cairn.Crush;

/// <summary>Maps inputs to devices: the CRUSH algorithm on a map laid out flat. Immutable and safe to share; mapping allocates nothing.</summary>
/// <remarks>
/// Source: Weil et al., "CRUSH: Controlled, Scalable, Decentralized Placement of Replicated Data" (2006), with everything Ceph has added
/// since; held to the last bit by golden vectors made with Ceph's own tools.
/// </remarks>
public sealed partial class CrushMapper
{
    /// <summary>
    /// Items one mapping may look at before it gives up. Tries and counts are numbers of the map, and a map that asks for a thousand
    /// million of them must not stop the world. A hundred tries for each of six places in one flat bucket of 10,000 devices are a third of this.
    /// </summary>
    private const int WorkMax = 1 << 24;

    private readonly CrushNode[] _nodes;

    /// <summary>The bucket id of each node, ascending.</summary>
    private readonly int[] _nodeIds;
    private readonly int[] _items;

    /// <summary>Per item its node, or -1 for a device.</summary>
    private readonly int[] _children;
    private readonly uint[] _weights;

    /// <summary>Per item of a list bucket the weight up to it; of a straw bucket its straw's length.</summary>
    private readonly uint[] _extra;
    private readonly uint[] _treeWeights;
    private readonly CrushRule?[] _rules;
    private readonly CrushTunables _tunables;
    private readonly SortedList<long, ChooseArgsTable> _chooseArgs = [];

    public CrushMapper(CrushMap map)
    {
        _tunables = map.Tunables;
        int itemCount = map.Buckets.Values.Sum(b => b.Items.Length);
        _nodes = new CrushNode[map.Buckets.Count];
        _nodeIds = [.. map.Buckets.Keys];
        _items = new int[itemCount];
        _weights = new uint[itemCount];
        _children = new int[itemCount];
        _extra = new uint[itemCount];
        var trees = new List<uint>();
        int index = 0;
        int offset = 0;
        foreach (CrushBucket bucket in map.Buckets.Values)
        {
            AddNode(bucket, index++, offset, trees);
            offset += bucket.Items.Length;
        }

        _treeWeights = [.. trees];
        MaxDevices = map.Devices.IsEmpty ? 0 : map.Devices.Keys.Max() + 1;
        MaxDevices = Math.Max(MaxDevices, itemCount == 0 ? 0 : _items.Max() + 1);
        _rules = new CrushRule?[map.Rules.IsEmpty ? 0 : map.Rules.Keys.Max() + 1];
        foreach (CrushRule rule in map.Rules.Values)
        {
            _rules[rule.Id] = rule;
        }

        foreach ((long id, ChooseArgs args) in map.ChooseArgs)
        {
            _chooseArgs.Add(id, ChooseArgsTable.Build(args, _nodes, FindNode, _items, _weights));
        }

        _batchTables = new BatchTables(_items, _weights);
        _plans = [.. _rules.Select(PlanFor)];
    }

    /// <summary>The highest device id + 1.</summary>
    public int MaxDevices { get; }

    private void AddNode(CrushBucket bucket, int index, int offset, List<uint> trees)
    {
        uint[] treeWeights = bucket.Algorithm == BucketAlgorithm.Tree ? TreeNodes.Weights(bucket.Items.AsSpan()) : [];
        _nodes[index] = new CrushNode
        {
            Id = bucket.Id,
            Offset = offset,
            Size = bucket.Items.Length,
            Type = bucket.Type,
            Algorithm = bucket.Algorithm,
            Hash = bucket.Hash,
            TreeOffset = trees.Count,
            TreeSize = treeWeights.Length,
        };
        trees.AddRange(treeWeights);
        uint sum = 0;
        for (int i = 0; i < bucket.Items.Length; i++)
        {
            (_items[offset + i], _weights[offset + i]) = (bucket.Items[i].Id, bucket.Items[i].Weight);
            _children[offset + i] = FindNode(bucket.Items[i].Id);
            sum += bucket.Items[i].Weight;
            _extra[offset + i] = sum;
        }

        if (bucket.Algorithm == BucketAlgorithm.Straw)
        {
            StrawLengths.Compute(_tunables.StrawCalcVersion, _weights.AsSpan(offset, bucket.Items.Length)).CopyTo(_extra.AsSpan(offset));
        }
    }

    /// <summary>Maps one input by a rule.</summary>
    /// <param name="rule">The rule's id; one the map does not have gives no device.</param>
    /// <param name="x">The input: a PG's placement seed.</param>
    /// <param name="result">As long as the number of devices wanted. Filled from the front; <see cref="CrushMap.NoItem"/> is a hole.</param>
    /// <param name="reweights">In-weight 16.16 by device; a device past its end is out.</param>
    /// <param name="chooseArgs">The weight set to use; without it the default one, without that none.</param>
    /// <returns>How many places of <paramref name="result"/> were filled, holes among them.</returns>
    public int Map(int rule, uint x, Span<int> result, ReadOnlySpan<uint> reweights, long chooseArgs = ChooseArgs.DefaultSet) =>
        Map(rule, x, result, reweights, chooseArgs, tries: default);

    /// <inheritdoc cref="Map(int, uint, Span{int}, ReadOnlySpan{uint}, long)"/>
    /// <param name="rule">As above.</param>
    /// <param name="x">As above.</param>
    /// <param name="result">As above.</param>
    /// <param name="reweights">As above.</param>
    /// <param name="chooseArgs">As above.</param>
    /// <param name="tries">Counts, by the number of failed tries before it, each item chosen with success; more tries than it is long are not counted.</param>
    [SkipLocalsInit]
    public int Map(int rule, uint x, Span<int> result, ReadOnlySpan<uint> reweights, long chooseArgs, Span<long> tries)
    {
        if ((uint)rule >= (uint)_rules.Length || _rules[rule] is not { } found || result.IsEmpty)
        {
            return 0;
        }

        const int OnStack = 32;
        Span<int> scratch = result.Length <= OnStack ? stackalloc int[3 * OnStack] : new int[3 * result.Length];
        var run = new Run
        {
            X = x,
            Reweights = reweights,
            Args = FindChooseArgs(chooseArgs),
            Tries = _tunables.ChooseTotalTries + 1,
            LocalTries = _tunables.ChooseLocalTries,
            FallbackTries = _tunables.ChooseLocalFallbackTries,
            VaryR = _tunables.ChooseLeafVaryR,
            Stable = _tunables.ChooseLeafStable != 0,
            TriesCounts = tries,
            WorkLeft = WorkMax,
        };
        return Execute(found, ref run, result, scratch);
    }

    private ChooseArgsTable? FindChooseArgs(long id)
    {
        if (_chooseArgs.Count == 0)
        {
            return null;
        }

        return _chooseArgs.TryGetValue(id, out ChooseArgsTable? args) || _chooseArgs.TryGetValue(ChooseArgs.DefaultSet, out args) ? args : null;
    }

    /// <summary>The node of a bucket, or -1 for a device or an id no bucket has.</summary>
    private int FindNode(int item) => item >= 0 ? -1 : Math.Max(-1, Array.BinarySearch(_nodeIds, item));

    /// <summary>What stays the same, or is set by the rule's steps, while one input is mapped.</summary>
    private ref struct Run
    {
        public uint X;
        public ReadOnlySpan<uint> Reweights;
        public ChooseArgsTable? Args;
        public int Tries;
        public int LeafTries;
        public int LocalTries;
        public int FallbackTries;
        public int VaryR;
        public bool Stable;
        public Span<long> TriesCounts;
        public int WorkLeft;

        /// <summary>Charges a look at a bucket's items; false when the work is spent.</summary>
        public bool TrySpend(int items) => (WorkLeft -= items + 1) >= 0;

        public readonly void CountTries(int failures)
        {
            if ((uint)failures < (uint)TriesCounts.Length)
            {
                TriesCounts[failures]++;
            }
        }

        public readonly bool IsOut(int device)
        {
            if ((uint)device >= (uint)Reweights.Length)
            {
                return true;
            }

            uint weight = Reweights[device];
            return weight < 0x10000 && (weight == 0 || (CrushHash.Hash(X, (uint)device) & 0xffff) >= weight);
        }
    }
}
