using Cairn.Objects.Transactions;

namespace Cairn.Store.Tests.Model;

/// <summary>
/// Makes a failing history small: leaves out stretches of steps, halving their length down to one, then single operations, then what happens
/// between, as long as the rest still fails (delta debugging, Zeller and Hildebrandt 2002).
/// </summary>
internal sealed class Shrinker(Func<IReadOnlyList<ModelStep>, Task<bool>> fails, int attemptsMax)
{
    private int _attempts;

    public async Task<List<ModelStep>> Shrink(IReadOnlyList<ModelStep> failing)
    {
        List<ModelStep> steps = [.. failing];
        for (int length = Math.Max(1, steps.Count / 2); length > 0; length = length == 1 ? 0 : (length + 1) / 2)
        {
            for (int from = 0; from < steps.Count;)
            {
                List<ModelStep> fewer = [.. steps.Take(from), .. steps.Skip(from + length)];
                if (await StillFails(fewer))
                {
                    steps = fewer;
                }
                else
                {
                    from += length;
                }
            }
        }

        for (int i = 0; i < steps.Count; i++)
        {
            await ShrinkStep(steps, i);
        }

        return steps;
    }

    private async Task ShrinkStep(List<ModelStep> steps, int i)
    {
        for (int op = steps[i].Transaction.Ops.Count - 1; op >= 0; op--)
        {
            var without = new StoreTransaction();
            foreach (StoreOp kept in steps[i].Transaction.Ops.Where((_, at) => at != op))
            {
                without.Add(kept);
            }

            await Replace(steps, i, steps[i] with { Transaction = without });
        }

        await Replace(steps, i, steps[i] with { After = AfterStep.Nothing });
        await Replace(steps, i, steps[i] with { Wait = true });
    }

    private async Task Replace(List<ModelStep> steps, int i, ModelStep simpler)
    {
        ModelStep before = steps[i];
        steps[i] = simpler;
        if (!await StillFails(steps))
        {
            steps[i] = before;
        }
    }

    private async Task<bool> StillFails(List<ModelStep> steps) => steps.Count > 0 && ++_attempts <= attemptsMax && await fails(steps);
}
