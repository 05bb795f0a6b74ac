using System.Globalization;

namespace Cairn.Store.Bench;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchOptions
{
    /// <summary>The case that takes too long to be among those run when none is named.</summary>
    private const string Scale = "scale";

    public static readonly IReadOnlyList<string> AllCases = ["write4k", "write4m", "read", "objects", "amplification", Scale];

    public const string Usage =
        "usage: scripts/bench store [--dir DIR] [--quick] [--json FILE] [--objects N] [write4k|write4m|read|objects|amplification|scale ...]";

    /// <summary>Where the stores and the raw file are made: the disk that is measured.</summary>
    public string Directory { get; init; } = "/tmp";

    /// <summary>One short round of each: whether it works, not what it gives.</summary>
    public bool Quick { get; init; }

    public string? JsonFile { get; init; }

    /// <summary>Objects of the cases "objects" and "scale"; null: as many as each has when not told.</summary>
    public int? Objects { get; init; }

    public IReadOnlyList<string> Cases { get; init; } = [.. AllCases.Where(static c => c != Scale)];

    public int Rounds => Quick ? 1 : 3;

    public TimeSpan Round => TimeSpan.FromSeconds(Quick ? 0.5 : 3);

    /// <exception cref="FormatException">It is none of ours.</exception>
    public static BenchOptions Parse(string[] arguments)
    {
        var options = new BenchOptions();
        var cases = new List<string>();
        for (int i = 0; i < arguments.Length; i++)
        {
            string Value() => ++i < arguments.Length ? arguments[i] : throw new FormatException($"{arguments[i - 1]} wants a value");
            options = arguments[i] switch
            {
                "--dir" => options with { Directory = Path.GetFullPath(Value()) },
                "--quick" => options with { Quick = true, Objects = Math.Min(options.Objects ?? 50_000, 50_000) },
                "--json" => options with { JsonFile = Value() },
                "--objects" => options with { Objects = int.Parse(Value(), NumberStyles.None, CultureInfo.InvariantCulture) },
                string name when AllCases.Contains(name) => Add(name),
                string other => throw new FormatException($"'{other}' is neither an option nor a case"),
            };
        }

        return cases.Count > 0 ? options with { Cases = cases } : options;

        BenchOptions Add(string name)
        {
            cases.Add(name);
            return options;
        }
    }
}
