using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Cairn.Crush;

/// <summary>Writes a map in Ceph's compiled form.</summary>
internal sealed class CrushBinaryWriter(CrushMap map)
{
    // The form has an entry for each id up to the lowest: 16 MiB of them are enough.
    private const int SlotsMax = 1 << 22;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public byte[] Write()
    {
        int slots = CrushBinary.BucketSlots(map);
        int rules = map.Rules.IsEmpty ? 0 : map.Rules.Keys.Max() + 1;
        if (slots > SlotsMax)
        {
            throw new CrushException($"bucket id {map.Buckets.Keys.First()} is too low for the compiled form: its table would have {slots} entries");
        }

        U32(CrushBinary.Magic);
        S32(slots);
        S32(rules);
        S32(map.Mapper.MaxDevices);
        for (int slot = 0; slot < slots; slot++)
        {
            WriteBucket(map.Buckets.GetValueOrDefault(-1 - slot));
        }

        for (int id = 0; id < rules; id++)
        {
            WriteRule(map.Rules.GetValueOrDefault(id));
        }

        Names(map.Types);
        Names(map.Buckets.Values.Select(b => KeyValuePair.Create(b.Id, b.Name)).Concat(map.Devices.Values.Select(d => KeyValuePair.Create(d.Id, d.Name))).ToList());
        Names(map.Rules.Values.Select(r => KeyValuePair.Create(r.Id, r.Name)).ToList());
        WriteTunables(map.Tunables);
        WriteClasses();
        WriteChooseArgs();
        return _bytes.WrittenSpan.ToArray();
    }

    private void WriteBucket(CrushBucket? bucket)
    {
        U32(bucket is null ? 0 : (uint)bucket.Algorithm);
        if (bucket is null)
        {
            return;
        }

        S32(bucket.Id);
        U16((ushort)bucket.Type);
        U8((byte)bucket.Algorithm);
        U8(bucket.Hash);
        U32(bucket.Weight);
        S32(bucket.Items.Length);
        foreach (CrushItem item in bucket.Items)
        {
            S32(item.Id);
        }

        uint[] weights = [.. bucket.Items.Select(i => i.Weight)];
        switch (bucket.Algorithm)
        {
            case BucketAlgorithm.Uniform:
                U32(weights.FirstOrDefault());
                break;
            case BucketAlgorithm.List:
                Pairs(weights, ListSums(weights));
                break;
            case BucketAlgorithm.Tree:
                uint[] nodes = TreeNodes.Weights(bucket.Items.AsSpan());
                U8((byte)nodes.Length);
                U32s(nodes);
                break;
            case BucketAlgorithm.Straw:
                Pairs(weights, StrawLengths.Compute(map.Tunables.StrawCalcVersion, weights));
                break;
            default:
                U32s(weights);
                break;
        }
    }

    internal static uint[] ListSums(uint[] weights)
    {
        var sums = new uint[weights.Length];
        uint sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            sums[i] = sum += weights[i];
        }

        return sums;
    }

    private void WriteRule(CrushRule? rule)
    {
        U32(rule is null ? 0u : 1u);
        if (rule is null)
        {
            return;
        }

        S32(rule.Steps.Length);
        U8((byte)rule.Id);
        U8((byte)rule.Type);
        U8((byte)rule.MinSize);
        U8((byte)rule.MaxSize);
        foreach (CrushStep step in rule.Steps)
        {
            U32((uint)step.Op);
            S32(step.Arg1);
            S32(step.Arg2);
        }
    }

    private void WriteTunables(CrushTunables tunables)
    {
        S32(tunables.ChooseLocalTries);
        S32(tunables.ChooseLocalFallbackTries);
        S32(tunables.ChooseTotalTries);
        S32(tunables.ChooseLeafDescendOnce);
        U8((byte)tunables.ChooseLeafVaryR);
        U8((byte)tunables.StrawCalcVersion);
        S32(tunables.AllowedBucketAlgorithms);
        U8((byte)tunables.ChooseLeafStable);
    }

    private void WriteClasses()
    {
        Dictionary<string, int> ids = map.Classes.ToDictionary(c => c.Value, c => c.Key);
        var classOf = new SortedDictionary<int, int>(map.Shadows.ToDictionary(s => s.Value, s => s.Key.Class));
        foreach (CrushDevice device in map.Devices.Values.Where(d => d.Class is not null))
        {
            classOf.Add(device.Id, ids[device.Class!]);
        }

        S32(classOf.Count);
        foreach ((int item, int deviceClass) in classOf)
        {
            S32(item);
            S32(deviceClass);
        }

        Names(map.Classes);
        IGrouping<int, KeyValuePair<ShadowKey, int>>[] buckets = [.. map.Shadows.GroupBy(s => s.Key.Bucket)];
        S32(buckets.Length);
        foreach (IGrouping<int, KeyValuePair<ShadowKey, int>> bucket in buckets)
        {
            S32(bucket.Key);
            S32(bucket.Count());
            foreach ((ShadowKey key, int shadow) in bucket)
            {
                S32(key.Class);
                S32(shadow);
            }
        }
    }

    private void WriteChooseArgs()
    {
        S32(map.ChooseArgs.Count);
        foreach ((long id, ChooseArgs args) in map.ChooseArgs)
        {
            U32((uint)id);
            U32((uint)(id >> 32));
            KeyValuePair<int, ChooseArg>[] set = [.. args.Buckets.Where(b => !b.Value.WeightSet.IsEmpty || !b.Value.Ids.IsEmpty).Reverse()];
            S32(set.Length);
            foreach ((int bucket, ChooseArg arg) in set)
            {
                S32(-1 - bucket);
                S32(arg.WeightSet.Length);
                foreach (ImmutableArray<uint> weights in arg.WeightSet)
                {
                    S32(weights.Length);
                    U32s([.. weights]);
                }

                S32(arg.Ids.Length);
                foreach (int item in arg.Ids)
                {
                    S32(item);
                }
            }
        }
    }

    private void Names(IReadOnlyCollection<KeyValuePair<int, string>> names)
    {
        S32(names.Count);
        foreach ((int id, string name) in names)
        {
            S32(id);
            byte[] text = Encoding.UTF8.GetBytes(name);
            S32(text.Length);
            _bytes.Write(text);
        }
    }

    private void Pairs(uint[] first, uint[] second)
    {
        for (int i = 0; i < first.Length; i++)
        {
            U32(first[i]);
            U32(second[i]);
        }
    }

    private void U32s(uint[] values)
    {
        foreach (uint value in values)
        {
            U32(value);
        }
    }

    private void U8(byte value) => _bytes.Write([value]);

    private void U16(ushort value) => _bytes.Write([(byte)value, (byte)(value >> 8)]);

    private void S32(int value) => U32((uint)value);

    private void U32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(sizeof(uint)), value);
        _bytes.Advance(sizeof(uint));
    }
}
