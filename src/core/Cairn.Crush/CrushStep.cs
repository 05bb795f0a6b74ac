namespace Cairn.Crush;

/// <summary>What a step of a rule does. The numbers are Ceph's.</summary>
public enum CrushOp
{
    Noop = 0,
    Take = 1,
    ChooseFirstN = 2,
    ChooseIndep = 3,
    Emit = 4,
    ChooseLeafFirstN = 6,
    ChooseLeafIndep = 7,
    SetChooseTries = 8,
    SetChooseLeafTries = 9,
    SetChooseLocalTries = 10,
    SetChooseLocalFallbackTries = 11,
    SetChooseLeafVaryR = 12,
    SetChooseLeafStable = 13,
}

/// <summary>One step of a rule.</summary>
/// <param name="Op">What it does.</param>
/// <param name="Arg1">The item of a take (a shadow bucket, if a class was named), the count of a choose, the value of a set.</param>
/// <param name="Arg2">The type of a choose.</param>
public readonly record struct CrushStep(CrushOp Op, int Arg1 = 0, int Arg2 = 0)
{
    public bool IsChoose => Op is CrushOp.ChooseFirstN or CrushOp.ChooseIndep or CrushOp.ChooseLeafFirstN or CrushOp.ChooseLeafIndep;
}
