namespace Cairn.Simulation.Mutants;

/// <summary>Looks for one mutant's bug, seed by seed.</summary>
/// <param name="Found">What was wrong, first line; null if it survived.</param>
public sealed record MutantHunt(SourcePatch Patch, long Histories, ulong Seed, string? Found)
{
    public static string FolderIn(string root) => Path.Combine(root, "tests", "Cairn.Simulation.Mutants", "Patches");

    public static IReadOnlyList<SourcePatch> ReadAll(string root) =>
        [.. Directory.EnumerateFiles(FolderIn(root), "*.patch").Order(StringComparer.Ordinal).Select(SourcePatch.Read)];

    public static MutantHunt Run(string root, SourcePatch patch, ulong firstSeed, long histories, int threads)
    {
        MutantCore core = MutantCore.Compile(root, patch);
        object gate = new();
        long begun = 0, done = 0;
        (ulong Seed, string What)? found = null;
        void Work()
        {
            while (true)
            {
                ulong seed;
                lock (gate)
                {
                    if (found is not null || begun == histories)
                    {
                        return;
                    }

                    seed = firstSeed + (ulong)begun++;
                }

                string? what = core.Run(seed);
                lock (gate)
                {
                    done++;
                    found ??= what is null ? null : (seed, what.Split('\n')[0]);
                }
            }
        }

        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(Work, 16 << 20)).ToList();
        workers.ForEach(static w => w.Start());
        workers.ForEach(static w => w.Join());
        return new MutantHunt(patch, done, found?.Seed ?? 0, found?.What);
    }
}
