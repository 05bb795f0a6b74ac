using Cairn.Crush.Fuzz;

namespace Cairn.Maps.Tests;

/// <summary>A short run of what <c>scripts/soak crush</c> does ten million times.</summary>
public sealed class CrushFuzzTests
{
    private const int Cases = 3000;

    [Fact]
    public void Spoiled_maps_end_in_a_sound_map_or_a_clear_refusal()
    {
        var run = new FuzzRun(seed: 20261123);
        for (int number = 0; number < Cases; number++)
        {
            run.Run(number);
        }

        // Neither all refused nor all taken, or the mutations would test nothing.
        Assert.InRange(run.Taken, Cases / 50, Cases * 9 / 10);
    }
}
