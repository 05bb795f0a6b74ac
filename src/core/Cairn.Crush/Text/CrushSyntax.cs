namespace Cairn.Crush;

/// <summary>A map text as written, before names are looked up.</summary>
internal sealed class CrushSyntax
{
    public List<(Token Name, int Value)> Tunables { get; } = [];

    public List<(int Id, Token Name, Token? Class)> Devices { get; } = [];

    public List<(int Id, Token Name)> Types { get; } = [];

    public List<BucketSyntax> Buckets { get; } = [];

    public List<RuleSyntax> Rules { get; } = [];

    public List<ChooseArgsSyntax> ChooseArgs { get; } = [];
}

internal sealed record BucketSyntax(Token Type, Token Name)
{
    /// <summary>Null where the text gives none; the last of several counts.</summary>
    public int? Id { get; set; }

    public Token IdToken { get; set; }

    public List<(Token Class, int Id)> ShadowIds { get; } = [];

    public Token Algorithm { get; set; }

    public byte Hash { get; set; }

    public List<ItemSyntax> Items { get; } = [];
}

internal sealed record ItemSyntax(Token Name, Token? Weight, int? Position);

internal sealed record RuleSyntax(Token Name, int Id, Token IdToken, CrushRuleType Type, int MinSize, int MaxSize)
{
    public List<StepSyntax> Steps { get; } = [];
}

/// <param name="Op">What it does.</param>
/// <param name="Number">The count of a choose, the value of a set.</param>
/// <param name="Name">The item of a take, the type of a choose.</param>
/// <param name="Class">The class of a take.</param>
internal sealed record StepSyntax(CrushOp Op, int Number, Token Name, Token? Class);

internal sealed record ChooseArgsSyntax(long Id, Token IdToken)
{
    public List<ChooseArgSyntax> Buckets { get; } = [];
}

internal sealed record ChooseArgSyntax(int Bucket, Token BucketToken)
{
    /// <summary>Null where the text has none; an empty one takes back what an earlier entry of the bucket gave.</summary>
    public List<List<Token>>? WeightSet { get; set; }

    public List<int>? Ids { get; set; }
}
