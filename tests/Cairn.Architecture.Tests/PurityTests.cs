using System.Diagnostics;

namespace Cairn.Architecture.Tests;

public sealed class PurityTests
{
    public static TheoryData<string> Core => [.. Arrows.Core];

    [Fact]
    public void The_core_is_all_of_src_core() =>
        Assert.Equal(Arrows.Core.Order(StringComparer.Ordinal), ProjectFile.Under("src/core").Keys);

    [Theory]
    [MemberData(nameof(Core))]
    public void A_core_project_names_no_clock_IO_task_thread_or_chance(string project) =>
        Assert.Empty(Purity.Impurities(CompiledAssembly.Load(project)));

    [Theory]
    [MemberData(nameof(Core))]
    public void A_core_project_needs_no_package_but_Protobuf(string project) =>
        Assert.All(
            CompiledAssembly.Load(project).Assemblies,
            name => Assert.True(
                name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Cairn.", StringComparison.Ordinal) || name is "Google.Protobuf",
                $"{project} uses {name}"));

    /// <summary>The fence must see a type that stands only in a signature, and a member that hides in a method's body: this assembly has both.</summary>
    [Theory]
    [InlineData("System.Diagnostics.Stopwatch")]
    [InlineData("System.Threading.Tasks.ValueTask")]
    [InlineData("System.Guid.NewGuid")]
    [InlineData("System.Environment.get_TickCount64")]
    public void An_impure_assembly_is_seen(string impurity) =>
        Assert.Contains(impurity, Purity.Impurities(CompiledAssembly.Load(typeof(PurityTests).Assembly.GetName().Name!)));

    private interface IImpure
    {
        void OnlyInASignature(Stopwatch stopwatch, ValueTask task);

        static string InABody() => Guid.NewGuid().ToString() + Environment.TickCount64;
    }
}
