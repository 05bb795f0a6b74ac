namespace Cairn.Crush;

/// <summary>The words of the steps that set something while a rule runs.</summary>
internal static class CrushStepNames
{
    private static readonly (string Name, CrushOp Op)[] Sets =
    [
        ("set_choose_tries", CrushOp.SetChooseTries),
        ("set_choose_local_tries", CrushOp.SetChooseLocalTries),
        ("set_choose_local_fallback_tries", CrushOp.SetChooseLocalFallbackTries),
        ("set_chooseleaf_tries", CrushOp.SetChooseLeafTries),
        ("set_chooseleaf_vary_r", CrushOp.SetChooseLeafVaryR),
        ("set_chooseleaf_stable", CrushOp.SetChooseLeafStable),
    ];

    public static string AllSets => string.Join(", ", Sets.Select(s => s.Name));

    public static CrushOp? FindSet(string name)
    {
        foreach ((string setName, CrushOp op) in Sets)
        {
            if (setName == name)
            {
                return op;
            }
        }

        return null;
    }

    public static string NameOf(CrushOp op) => Sets.First(s => s.Op == op).Name;
}
