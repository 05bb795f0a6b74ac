namespace Cairn.Crush;

internal sealed partial class CrushParser
{
    private RuleSyntax ParseRule()
    {
        Expect("rule");
        Token name = Next.Text == "{" ? Next with { Text = "" } : TakeName("the rule's name");
        Expect("{");
        if (!TryTake("id"))
        {
            Expect("ruleset", "id");
        }

        Token idToken = Next;
        int id = TakeNatural("a rule number");
        Expect("type");
        CrushRuleType type = TryTake("replicated") ? CrushRuleType.Replicated
            : TryTake("erasure") ? CrushRuleType.Erasure
            : throw Unexpected("replicated or erasure");
        (int min, int max) = ParseSizes(type);
        var rule = new RuleSyntax(name, id, idToken, type, min, max);
        while (TryTake("step"))
        {
            rule.Steps.Add(ParseStep());
        }

        if (rule.Steps.Count == 0)
        {
            throw Unexpected("step");
        }

        Expect("}", "step or }");
        return rule;
    }

    // Releases after 16 neither write nor want the sizes.
    private (int Min, int Max) ParseSizes(CrushRuleType type)
    {
        if (dialect != CrushTextDialect.Pacific && Next.Text is not ("min_size" or "max_size"))
        {
            return type == CrushRuleType.Replicated ? (1, 10) : (3, 20);
        }

        Expect("min_size");
        int min = TakeNatural("a size");
        Expect("max_size");
        return ((byte)min, (byte)TakeNatural("a size")); // A byte in Ceph's map.
    }

    private StepSyntax ParseStep()
    {
        Token token = Take();
        switch (token.Text)
        {
            case "noop":
                return new StepSyntax(CrushOp.Noop, 0, default, null);
            case "take":
                return new StepSyntax(CrushOp.Take, 0, TakeName("an item"), TryTake("class") ? TakeName("a device class") : null);
            case "emit":
                return new StepSyntax(CrushOp.Emit, 0, default, null);
            case "choose":
                return ParseChoose(CrushOp.ChooseFirstN, CrushOp.ChooseIndep);
            case "chooseleaf":
                return ParseChoose(CrushOp.ChooseLeafFirstN, CrushOp.ChooseLeafIndep);
            default:
                CrushOp op = CrushStepNames.FindSet(token.Text) ?? throw token.Error(
                    $"unknown step '{token.Text}': expected take, choose, chooseleaf, emit, noop or one of {CrushStepNames.AllSets}");
                return new StepSyntax(op, TakeNatural("a number"), default, null);
        }
    }

    private StepSyntax ParseChoose(CrushOp firstN, CrushOp indep)
    {
        CrushOp op = TryTake("firstn") ? firstN : TryTake("indep") ? indep : throw Unexpected("firstn or indep");
        int count = TakeInteger("how many (0: as many as the pool wants)");
        Expect("type");
        return new StepSyntax(op, count, TakeName("a type"), null);
    }
}
