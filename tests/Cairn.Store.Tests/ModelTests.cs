using Cairn.Objects.Transactions;
using Cairn.Store.Tests.Model;

namespace Cairn.Store.Tests;

/// <summary>Random histories against dictionaries. A history that fails is made small before it is shown.</summary>
public sealed class ModelTests
{
    /// <summary>Runs that shrinking may take: each costs about what the failing one did.</summary>
    private const int ShrinkingRunsMax = 300;

    /// <summary>So small that it fills up, refuses, and is cleaned.</summary>
    private static readonly StoreOptions Crowded = TemporaryStore.Small with { CapacityBytes = 6 << 20, WalBytesMax = 2 << 20, WalFileBytes = 256 << 10, StagedBytesMax = 512 << 10 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Does_what_the_model_does_over_restarts_and_checkpoints(int seed) =>
        Assert.Equal(0, await RequireSame(seed, 600, TemporaryStore.Small));

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Does_what_the_model_does_over_fullness_and_cleaning(int seed) =>
        Assert.InRange(await RequireSame(seed, 600, Crowded), 1, 500);

    [Fact]
    public async Task A_failing_history_is_shrunk_to_what_it_takes()
    {
        static bool Matters(IReadOnlyList<ModelStep> steps)
        {
            List<StoreOp> ops = [.. steps.SelectMany(static s => s.Transaction.Ops)];
            int zero = ops.FindIndex(static op => op is ZeroData);
            return zero >= 0 && ops.FindIndex(zero, static op => op is CloneObject) >= 0 && steps.Any(static s => s.After == AfterStep.Kill);
        }

        List<ModelStep> steps = ModelStep.Generate(5, 400);
        Assert.True(Matters(steps));
        List<ModelStep> minimal = await new Shrinker(s => Task.FromResult(Matters(s)), int.MaxValue).Shrink(steps);
        Assert.Equal(2, minimal.Sum(static s => s.Transaction.Ops.Count));
        Assert.InRange(minimal.Count, 1, 3);
        Assert.Single(minimal, static s => s.After != AfterStep.Nothing);
    }

    /// <returns>How many transactions the store refused, full.</returns>
    private static async Task<int> RequireSame(int seed, int count, StoreOptions options)
    {
        List<ModelStep> steps = ModelStep.Generate(seed, count);
        var run = new ModelRun(options);
        if (await run.FirstDifference(steps) is not { } difference)
        {
            return run.Refused;
        }

        var shrinker = new Shrinker(async s => await new ModelRun(options).FirstDifference(s) is not null, ShrinkingRunsMax);
        List<ModelStep> minimal = await shrinker.Shrink(steps);
        Assert.Fail(
            $"seed {seed}, {difference}\nminimal history:\n{string.Join('\n', minimal)}\n{await new ModelRun(options).FirstDifference(minimal)}");
        return 0;
    }
}
