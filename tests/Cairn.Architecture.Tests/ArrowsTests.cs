namespace Cairn.Architecture.Tests;

public sealed class ArrowsTests
{
    public static TheoryData<string> Projects => [.. Arrows.Direct.Keys];

    [Fact]
    public void Every_project_under_src_has_its_arrows() =>
        Assert.Equal(Arrows.Direct.Keys, ProjectFile.Under("src").Keys);

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_its_arrows_reach(string project) =>
        Assert.Empty(ProjectFile.References(ProjectFile.Under("src")[project]).Except(Arrows.Reach(project)));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_compiled_assembly_names_only_what_its_arrows_reach(string project)
    {
        var ours = Arrows.Direct.Keys.Select(Arrows.AssemblyOf).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(CompiledAssembly.Load(Arrows.AssemblyOf(project)).Assemblies.Where(ours.Contains)
            .Except(Arrows.Reach(project).Select(Arrows.AssemblyOf)));
    }

    [Fact]
    public void Nothing_points_back() =>
        Assert.All(Arrows.Direct.Keys, project => Assert.DoesNotContain(project, Arrows.Reach(project)));

    [Fact]
    public void Crush_depends_on_the_runtime_alone() =>
        Assert.All(CompiledAssembly.Load("Cairn.Crush").Assemblies, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));

    [Fact]
    public void The_simulation_models_the_shells_and_uses_only_the_core() =>
        Assert.Empty(ProjectFile.References(ProjectFile.Under("tests")["Cairn.Simulation"]).Except(Arrows.Core));
}
