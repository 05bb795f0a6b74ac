using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Cairn.Crush;

/// <summary>Writes a map as <c>crushtool -d</c> does: what is at its default is left out, children stand before their parents.</summary>
internal sealed class CrushTextWriter(CrushMap map, CrushTextDialect dialect)
{
    private readonly StringBuilder _text = new();
    private readonly HashSet<int> _written = [];

    public string Write()
    {
        Line($"# begin crush map");
        WriteTunables();
        WriteDeclarations();
        Line($"");
        Line($"# buckets");
        foreach (int id in map.Buckets.Keys.Reverse())
        {
            WriteBucket(id);
        }

        Line($"");
        Line($"# rules");
        foreach (CrushRule rule in map.Rules.Values)
        {
            WriteRule(rule);
        }

        if (!map.ChooseArgs.IsEmpty)
        {
            Line($"");
            Line($"# choose_args");
            foreach ((long id, ChooseArgs args) in map.ChooseArgs)
            {
                WriteChooseArgs(id, args);
            }
        }

        Line($"");
        Line($"# end crush map");
        return _text.ToString();
    }

    private void Line(FormattableString line) => _text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private string Weight(uint weight) => dialect switch
    {
        CrushTextDialect.Pacific => CrushNumbers.Format(weight, 3),
        CrushTextDialect.Quincy => CrushNumbers.Format(weight, 5),
        _ => CrushNumbers.FormatExact(weight),
    };

    private void WriteTunables()
    {
        foreach (((string name, int value), (_, int legacy)) in CrushTunableNames.All(map.Tunables).Zip(CrushTunableNames.All(CrushTunables.Legacy)))
        {
            if (value != legacy)
            {
                Line($"tunable {name} {value}");
            }
        }
    }

    private void WriteDeclarations()
    {
        Line($"");
        Line($"# devices");
        foreach (CrushDevice device in map.Devices.Values)
        {
            string suffix = device.Class is null ? "" : $" class {device.Class}";
            Line($"device {device.Id} {device.Name}{suffix}");
        }

        Line($"");
        Line($"# types");
        foreach ((int id, string name) in map.Types)
        {
            Line($"type {id} {name}");
        }
    }

    // Without recursion: a map may nest as deep as it has buckets.
    private void WriteBucket(int start)
    {
        var path = new Stack<(int Id, int Next)>();
        Enter(start);
        while (path.TryPop(out var at))
        {
            ImmutableArray<CrushItem> items = map.Buckets[at.Id].Items;
            if (at.Next < items.Length)
            {
                path.Push((at.Id, at.Next + 1));
                Enter(items[at.Next].Id);
            }
            else
            {
                WriteBucket(map.Buckets[at.Id]);
            }
        }

        void Enter(int id)
        {
            if (id < 0 && !map.Tree.IsShadow(id) && _written.Add(id))
            {
                path.Push((id, 0));
            }
        }
    }

    private void WriteBucket(CrushBucket bucket)
    {
        Line($"{map.Tree.TypeNameOf(bucket.Id)} {bucket.Name} {{");
        Line($"\tid {bucket.Id}\t\t# do not change unnecessarily");
        foreach (int classId in map.Classes.Keys)
        {
            if (map.Shadows.TryGetValue(new ShadowKey(bucket.Id, classId), out int shadow))
            {
                Line($"\tid {shadow} class {map.Classes[classId]}\t\t# do not change unnecessarily");
            }
        }

        Line($"\t# weight {Weight(bucket.Weight)}");
        string remark = bucket.Algorithm switch
        {
            BucketAlgorithm.Uniform => $"\t# do not change bucket size ({bucket.Items.Length}) unnecessarily",
            BucketAlgorithm.List => "\t# add new items at the end; do not change order unnecessarily",
            BucketAlgorithm.Tree => "\t# do not change pos for existing items unnecessarily",
            _ => "",
        };
        Line($"\talg {BucketAlgorithmNames.NameOf(bucket.Algorithm)}{remark}");
        Line($"\thash {bucket.Hash}\t# {(bucket.Hash == 0 ? "rjenkins1" : "unknown")}");
        bool positions = bucket.Algorithm is BucketAlgorithm.Uniform or BucketAlgorithm.Tree;
        for (int i = 0; i < bucket.Items.Length; i++)
        {
            CrushItem item = bucket.Items[i];
            string position = positions ? $" pos {i}" : "";
            Line($"\titem {map.Tree.NameOf(item.Id)} weight {Weight(item.Weight)}{position}");
        }

        Line($"}}");
    }

    private void WriteRule(CrushRule rule)
    {
        string name = rule.Name.Length == 0 ? "" : $" {rule.Name}";
        Line($"rule{name} {{");
        Line($"\tid {rule.Id}");
        Line($"\ttype {(rule.Type == CrushRuleType.Erasure ? "erasure" : "replicated")}");
        if (dialect != CrushTextDialect.Quincy)
        {
            Line($"\tmin_size {rule.MinSize}");
            Line($"\tmax_size {rule.MaxSize}");
        }

        foreach (CrushStep step in rule.Steps)
        {
            Line($"\tstep {Describe(step)}");
        }

        Line($"}}");
    }

    private string Describe(CrushStep step)
    {
        switch (step.Op)
        {
            case CrushOp.Noop:
                return "noop";
            case CrushOp.Emit:
                return "emit";
            case CrushOp.Take:
                foreach ((ShadowKey key, int shadow) in map.Shadows)
                {
                    if (shadow == step.Arg1)
                    {
                        return $"take {map.Tree.NameOf(key.Bucket)} class {map.Classes[key.Class]}";
                    }
                }

                return $"take {map.Tree.NameOf(step.Arg1)}";
            case CrushOp.ChooseFirstN:
                return $"choose firstn {step.Arg1} type {TypeName(step.Arg2)}";
            case CrushOp.ChooseIndep:
                return $"choose indep {step.Arg1} type {TypeName(step.Arg2)}";
            case CrushOp.ChooseLeafFirstN:
                return $"chooseleaf firstn {step.Arg1} type {TypeName(step.Arg2)}";
            case CrushOp.ChooseLeafIndep:
                return $"chooseleaf indep {step.Arg1} type {TypeName(step.Arg2)}";
            default:
                return $"{CrushStepNames.NameOf(step.Op)} {step.Arg1}";
        }
    }

    private string TypeName(int type) => map.Types.TryGetValue(type, out string? name) ? name : $"type{type}";

    private void WriteChooseArgs(long id, ChooseArgs args)
    {
        Line($"choose_args {unchecked((ulong)id)} {{");
        foreach ((int bucket, ChooseArg arg) in args.Buckets.Reverse())
        {
            if (arg.WeightSet.IsEmpty && arg.Ids.IsEmpty)
            {
                continue;
            }

            Line($"  {{");
            Line($"    bucket_id {bucket}");
            if (!arg.WeightSet.IsEmpty)
            {
                Line($"    weight_set [");
                foreach (ImmutableArray<uint> weights in arg.WeightSet)
                {
                    Line($"      [ {string.Join(' ', weights.Select(Weight))} ]");
                }

                Line($"    ]");
            }

            if (!arg.Ids.IsEmpty)
            {
                Line($"    ids [ {string.Join(' ', arg.Ids)} ]");
            }

            Line($"  }}");
        }

        Line($"}}");
    }
}
