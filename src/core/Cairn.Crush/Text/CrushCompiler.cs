using System.Collections.Immutable;

namespace Cairn.Crush;

/// <summary>Makes a map of a text's syntax: looks names up, gives out ids, and refuses what does not hang together.</summary>
internal sealed partial class CrushCompiler
{
    private readonly CrushSyntax _syntax;
    private readonly Dictionary<string, int> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _classIds = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, CrushDevice> _devices = [];
    private readonly SortedDictionary<int, CrushBucket> _buckets = [];
    private readonly SortedDictionary<ShadowKey, int> _shadowIds = [];
    private CrushTunables _tunables = CrushTunables.Legacy;

    private CrushCompiler(CrushSyntax syntax) => _syntax = syntax;

    public static CrushMap Compile(CrushSyntax syntax)
    {
        var compiler = new CrushCompiler(syntax);
        compiler.SetTunables();
        compiler.AddDevices();
        foreach ((int id, Token name) in syntax.Types)
        {
            if (!compiler._types.TryAdd(name.Text, id))
            {
                throw name.Error($"type '{name.Text}' is defined twice");
            }
        }

        compiler.AddBuckets();
        return compiler.Finish();
    }

    private CrushMap Finish()
    {
        var types = ImmutableSortedDictionary.CreateBuilder<int, string>();
        foreach ((int id, Token name) in _syntax.Types)
        {
            types[id] = name.Text; // The last name of a number counts.
        }

        types.TryAdd(0, "osd");
        var map = new CrushMap
        {
            Tunables = _tunables,
            Devices = _devices.ToImmutableSortedDictionary(),
            Types = types.ToImmutable(),
            Buckets = _buckets.ToImmutableSortedDictionary(),
            Classes = _classIds.ToImmutableSortedDictionary(c => c.Value, c => c.Key),
            Shadows = _shadowIds.ToImmutableSortedDictionary(),
        };
        try
        {
            map.RequireWalkable();
        }
        catch (CrushException e)
        {
            throw _syntax.Buckets[^1].Name.Error(e.Message);
        }

        map = ShadowTrees.Populate(map);
        map = map with { Rules = CompileRules(map) };
        return map with { ChooseArgs = CompileChooseArgs(map) };
    }

    private void SetTunables()
    {
        foreach ((Token name, int value) in _syntax.Tunables)
        {
            _tunables = CrushTunableNames.With(_tunables, name.Text, value) ?? throw name.Error($"tunable {name.Text} not recognized");
        }
    }

    private void AddDevices()
    {
        foreach ((int id, Token name, Token? deviceClass) in _syntax.Devices)
        {
            if (!_items.TryAdd(name.Text, id))
            {
                throw name.Error($"item {name.Text} defined twice");
            }

            if (deviceClass is { } found && !_classIds.ContainsKey(found.Text))
            {
                _classIds.Add(found.Text, _classIds.Count);
            }

            string? hadClass = _devices.TryGetValue(id, out CrushDevice? had) ? had.Class : null;
            _devices[id] = new CrushDevice(id, name.Text, deviceClass?.Text ?? hadClass); // Of two with one id the last name counts.
            if (id >= CrushMap.DeviceLimit)
            {
                throw name.Error($"device number {id} is too large");
            }
        }
    }

    private ImmutableSortedDictionary<int, CrushRule> CompileRules(CrushMap map)
    {
        var rules = ImmutableSortedDictionary.CreateBuilder<int, CrushRule>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (RuleSyntax rule in _syntax.Rules)
        {
            if (rule.Id >= CrushMap.RuleLimit)
            {
                throw rule.IdToken.Error($"rule number {rule.Id} is not below {CrushMap.RuleLimit}");
            }

            if (!names.Add(rule.Name.Text))
            {
                throw rule.Name.Error($"rule name '{rule.Name.Text}' already defined");
            }

            if (rules.ContainsKey(rule.Id))
            {
                throw rule.IdToken.Error($"rule {rule.Id} already exists");
            }

            rules.Add(rule.Id, new CrushRule
            {
                Id = rule.Id,
                Name = rule.Name.Text,
                Type = rule.Type,
                MinSize = rule.MinSize,
                MaxSize = rule.MaxSize,
                Steps = [.. rule.Steps.Select(s => CompileStep(map, rule, s))],
            });
        }

        return rules.ToImmutable();
    }

    private CrushStep CompileStep(CrushMap map, RuleSyntax rule, StepSyntax step)
    {
        if (step.Op == CrushOp.Take)
        {
            return new CrushStep(CrushOp.Take, TakenBy(map, rule, step));
        }

        if (!new CrushStep(step.Op).IsChoose)
        {
            return new CrushStep(step.Op, step.Number);
        }

        return _types.TryGetValue(step.Name.Text, out int type)
            ? new CrushStep(step.Op, step.Number, type)
            : throw step.Name.Error($"in rule '{rule.Name.Text}' type '{step.Name.Text}' not defined");
    }

    private int TakenBy(CrushMap map, RuleSyntax rule, StepSyntax step)
    {
        if (!_items.TryGetValue(step.Name.Text, out int item))
        {
            throw step.Name.Error($"in rule '{rule.Name.Text}' item '{step.Name.Text}' not defined");
        }

        if (step.Class is not { } deviceClass)
        {
            return item;
        }

        if (!_classIds.TryGetValue(deviceClass.Text, out int classId))
        {
            throw deviceClass.Error($"in rule '{rule.Name.Text}' no device has class '{deviceClass.Text}'");
        }

        return map.Shadows.TryGetValue(new ShadowKey(item, classId), out int shadow)
            ? shadow
            : throw deviceClass.Error($"in rule '{rule.Name.Text}' '{step.Name.Text}' has no tree for class '{deviceClass.Text}'");
    }

    private ImmutableSortedDictionary<long, ChooseArgs> CompileChooseArgs(CrushMap map)
    {
        var sets = ImmutableSortedDictionary.CreateBuilder<long, ChooseArgs>();
        foreach (ChooseArgsSyntax set in _syntax.ChooseArgs)
        {
            if (sets.ContainsKey(set.Id))
            {
                throw set.IdToken.Error($"choose_args {set.IdToken.Text} is defined twice");
            }

            var args = ImmutableSortedDictionary.CreateBuilder<int, ChooseArg>();
            foreach (ChooseArgSyntax arg in set.Buckets)
            {
                // Two entries of one bucket are one, as in Ceph.
                args[arg.Bucket] = CompileArg(map, arg, args.GetValueOrDefault(arg.Bucket) ?? new ChooseArg());
            }

            // An entry that replaces nothing is none: it is not written either.
            args.RemoveRange([.. args.Where(a => a.Value.WeightSet.IsEmpty && a.Value.Ids.IsEmpty).Select(a => a.Key)]);

            sets.Add(set.Id, new ChooseArgs(args.ToImmutable()));
        }

        return sets.ToImmutable();
    }

    private static ChooseArg CompileArg(CrushMap map, ChooseArgSyntax arg, ChooseArg had)
    {
        if (!map.Buckets.TryGetValue(arg.Bucket, out CrushBucket? bucket))
        {
            throw arg.BucketToken.Error($"there is no bucket {arg.Bucket}");
        }

        int size = bucket.Items.Length;
        foreach (List<Token> weights in arg.WeightSet ?? [])
        {
            if (weights.Count != size)
            {
                throw arg.BucketToken.Error($"bucket {arg.Bucket} needs exactly {size} weights but got {weights.Count}");
            }
        }

        if (arg.Ids is not null && arg.Ids.Count != size)
        {
            throw arg.BucketToken.Error($"bucket {arg.Bucket} needs exactly {size} ids but got {arg.Ids.Count}");
        }

        return new ChooseArg
        {
            WeightSet = arg.WeightSet is { } sets ? [.. sets.Select(w => w.Select(CrushNumbers.ParseWeight).ToImmutableArray())] : had.WeightSet,
            Ids = arg.Ids is { } ids ? [.. ids] : had.Ids,
        };
    }
}
