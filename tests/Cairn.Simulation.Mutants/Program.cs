using System.Globalization;
using Cairn.Simulation.Mutants;

// scripts/soak mutants: every deliberate bug must be found.
string root = Directory.GetCurrentDirectory();
var names = new List<string>();
ulong seed = 1;
long seeds = 1000;
int threads = Environment.ProcessorCount;
try
{
    for (int i = 0; i < args.Length; i++)
    {
        switch (args[i])
        {
            case "--seed":
                seed = ulong.Parse(args[++i], CultureInfo.InvariantCulture);
                break;
            case "--seeds":
                seeds = long.Parse(args[++i], CultureInfo.InvariantCulture);
                break;
            case "--threads":
                threads = int.Parse(args[++i], CultureInfo.InvariantCulture);
                break;
            default:
                names.Add(args[i]);
                break;
        }
    }
}
catch (Exception e) when (e is FormatException or IndexOutOfRangeException)
{
    Console.Error.WriteLine("usage: mutants [NAME...] [--seeds N] [--seed S] [--threads T]");
    return 2;
}

IReadOnlyList<SourcePatch> all = MutantHunt.ReadAll(root);
if (names.FirstOrDefault(n => !all.Any(p => p.Name.StartsWith(n, StringComparison.Ordinal))) is { } unknown)
{
    Console.Error.WriteLine($"there is no mutant {unknown}");
    return 2;
}

int hunted = 0, survived = 0;
foreach (SourcePatch patch in all.Where(p => names.Count == 0 || names.Any(n => p.Name.StartsWith(n, StringComparison.Ordinal))))
{
    MutantHunt hunt = MutantHunt.Run(root, patch, seed, seeds, threads);
    hunted++;
    survived += hunt.Found is null ? 1 : 0;
    Console.WriteLine(hunt.Found is { } found
        ? string.Create(CultureInfo.InvariantCulture, $"{patch.Name,-34} found after {hunt.Histories,4} histories, seed {hunt.Seed}: {(found.Length > 110 ? found[..110] : found)}")
        : string.Create(CultureInfo.InvariantCulture, $"{patch.Name,-34} SURVIVED {hunt.Histories} histories: {patch.Bug}"));
}

Console.WriteLine($"{hunted} mutants, {survived} survived");
return survived == 0 ? 0 : 1;
