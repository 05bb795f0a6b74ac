using System.Collections.Immutable;

namespace Cairn.Crush;

public sealed partial class CrushEditor
{
    /// <summary>A rule that puts each copy into another failure domain below a root. <c>osd crush rule create-replicated</c>.</summary>
    /// <returns>The rule's id: the lowest free one.</returns>
    /// <exception cref="CrushException">The name is taken, or root, type or class do not exist.</exception>
    public int CreateReplicatedRule(string name, string root, string failureDomain, string? deviceClass = null)
    {
        int take = TakeFor(root, deviceClass);
        int type = RequireType(failureDomain);
        CrushOp choose = type == 0 ? CrushOp.ChooseFirstN : CrushOp.ChooseLeafFirstN;
        return AddRule(name, CrushRuleType.Replicated, [new(CrushOp.Take, take), new(choose, 0, type), new(CrushOp.Emit)]);
    }

    /// <summary>A rule for erasure-coded pools: places keep their rank, and holes stay holes. <c>osd crush rule create-erasure</c>.</summary>
    public int CreateErasureRule(string name, string root, string failureDomain, string? deviceClass = null)
    {
        int take = TakeFor(root, deviceClass);
        int type = RequireType(failureDomain);
        CrushOp choose = type == 0 ? CrushOp.ChooseIndep : CrushOp.ChooseLeafIndep;
        return AddRule(
            name,
            CrushRuleType.Erasure,
            [new(CrushOp.SetChooseLeafTries, 5), new(CrushOp.SetChooseTries, 100), new(CrushOp.Take, take), new(choose, 0, type), new(CrushOp.Emit)]);
    }

    /// <summary>Adds a rule of given steps.</summary>
    /// <returns>Its id: the lowest free one.</returns>
    public int AddRule(string name, CrushRuleType type, ImmutableArray<CrushStep> steps)
    {
        RequireFreeRuleName(name);
        int id = 0;
        while (_rules.ContainsKey(id))
        {
            id++;
        }

        (int min, int max) = type == CrushRuleType.Replicated ? (1, 10) : (3, 20);
        _rules = _rules.Add(id, new CrushRule { Id = id, Name = name, Type = type, MinSize = min, MaxSize = max, Steps = steps });
        _current = null;
        return id;
    }

    /// <exception cref="CrushException">There is no such rule. Whether a pool uses it is for the caller to see.</exception>
    public void RemoveRule(string name)
    {
        _rules = _rules.Remove(RequireRule(name).Id);
        _current = null;
    }

    public void RenameRule(string from, string to)
    {
        CrushRule rule = RequireRule(from);
        RequireFreeRuleName(to);
        _rules = _rules.SetItem(rule.Id, rule with { Name = to });
        _current = null;
    }

    private CrushRule RequireRule(string name) => ToMap().FindRule(name) ?? throw new CrushException($"there is no rule '{name}'");

    private void RequireFreeRuleName(string name)
    {
        if (!IsValidName(name))
        {
            throw new CrushException($"'{name}' is not a valid rule name: use letters, digits, '-', '_' and '.'");
        }

        if (ToMap().FindRule(name) is not null)
        {
            throw new CrushException($"there is a rule '{name}' already");
        }
    }

    private int TakeFor(string root, string? deviceClass)
    {
        int id = RequireBucket(root);
        if (deviceClass is null)
        {
            return id;
        }

        int classId = FindClass(deviceClass) ?? throw new CrushException($"device class '{deviceClass}' does not exist");
        return _shadows.TryGetValue(new ShadowKey(id, classId), out int shadow)
            ? shadow
            : throw new CrushException($"root '{root}' has no devices of class '{deviceClass}'");
    }
}
