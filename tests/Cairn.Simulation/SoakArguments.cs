using System.Globalization;
using Cairn.Simulation.Faults;

namespace Cairn.Simulation;

/// <summary>The command line of <c>scripts/soak sim</c>.</summary>
public sealed record SoakArguments
{
    public const string Usage =
        "usage: sim [--seeds N] [--seed S] [--minutes M] [--threads T] [--failures F] [--coverage] [--reports FOLDER]\n"
        + "       another mix: [--osds N] [--faults A,B,...] [--disasters all|none] [--seconds N]";

    private static readonly IReadOnlyList<string> FaultNames =
        [.. typeof(IFault).Assembly.GetTypes().Where(static t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(IFault))).Select(static t => t.Name)];

    public ulong FirstSeed { get; init; } = 1;

    public ulong Seeds { get; init; } = ulong.MaxValue;

    public double Minutes { get; init; } = double.PositiveInfinity;

    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Stop after so many failed seeds.</summary>
    public long FailuresMax { get; init; } = 10;

    /// <summary>How often each state, path and fault was entered, and which never.</summary>
    public bool WithCoverage { get; init; }

    public string ReportFolder { get; init; } = "artifacts/simulation";

    public ScenarioLimits Limits { get; init; } = ScenarioLimits.None;

    public static SoakArguments? Parse(string[] args, out string error)
    {
        var parsed = new SoakArguments();
        bool bounded = false;
        error = Usage;
        for (int i = 0; i < args.Length; i += 2)
        {
            if (args[i] == "--coverage")
            {
                parsed = parsed with { WithCoverage = true };
                i--;
                continue;
            }

            if (i + 1 == args.Length)
            {
                error = $"{args[i]} lacks a value\n{Usage}";
                return null;
            }

            string value = args[i + 1];
            try
            {
                parsed = args[i] switch
                {
                    "--seeds" => parsed with { Seeds = ulong.Parse(value, CultureInfo.InvariantCulture) },
                    "--seed" => parsed with { FirstSeed = ulong.Parse(value, CultureInfo.InvariantCulture) },
                    "--minutes" => parsed with { Minutes = double.Parse(value, CultureInfo.InvariantCulture) },
                    "--threads" => parsed with { Threads = int.Parse(value, CultureInfo.InvariantCulture) },
                    "--failures" => parsed with { FailuresMax = long.Parse(value, CultureInfo.InvariantCulture) },
                    "--reports" => parsed with { ReportFolder = value },
                    "--osds" => parsed with { Limits = parsed.Limits with { Osds = int.Parse(value, CultureInfo.InvariantCulture) } },
                    "--faults" => parsed with { Limits = parsed.Limits with { Faults = ReadFaults(value) } },
                    "--disasters" => parsed with { Limits = parsed.Limits with { Disaster = value == "all" } },
                    "--seconds" => parsed with { Limits = parsed.Limits with { Seconds = int.Parse(value, CultureInfo.InvariantCulture) } },
                    _ => throw new FormatException($"there is no option {args[i]}"),
                };
            }
            catch (FormatException e)
            {
                error = $"{args[i]} {value}: {e.Message}\n{Usage}";
                return null;
            }

            bounded |= args[i] is "--seeds" or "--minutes";
        }

        return bounded ? parsed : parsed with { Seeds = 1 };
    }

    private static string[] ReadFaults(string value)
    {
        string[] names = value.Split(',');
        return names.FirstOrDefault(static n => !FaultNames.Contains(n)) is { } unknown
            ? throw new FormatException($"there is no fault {unknown}; there are {string.Join(", ", FaultNames)}")
            : names;
    }
}
