using Cairn.Simulation.Mutants;

namespace Cairn.Simulation.Tests;

/// <summary>A simulator that misses a planted bug proves nothing. All of them: scripts/soak mutants.</summary>
public sealed class MutantTests
{
    [Fact]
    public void Every_mutant_still_fits_the_core() =>
        Assert.All(MutantHunt.ReadAll(Root()), static p => Assert.NotEmpty(MutantCore.ReadSources(Root(), p)));

    [Theory]
    [InlineData("02-ack-before-replicas")]
    [InlineData("04-past-intervals-ignored")]
    [InlineData("19-uncommitted-read")]
    public void A_planted_bug_is_found(string name)
    {
        SourcePatch patch = MutantHunt.ReadAll(Root()).Single(p => p.Name == name);
        MutantHunt hunt = MutantHunt.Run(Root(), patch, firstSeed: 1, histories: 200, threads: 2);
        Assert.True(hunt.Found is not null, $"{patch.Bug} Not found in {hunt.Histories} histories.");
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Cluster.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("the tests run outside of the repository");
    }
}
