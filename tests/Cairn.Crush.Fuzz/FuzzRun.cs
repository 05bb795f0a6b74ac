namespace Cairn.Crush.Fuzz;

/// <summary>One case after another from a seed; each case can be made again from its number alone.</summary>
public sealed class FuzzRun(int seed)
{
    private static readonly MapForm[] Forms = Enum.GetValues<MapForm>();

    public long Taken { get; private set; }

    /// <summary>The form and bytes of a case.</summary>
    public (MapForm Form, byte[] Bytes) Make(long number)
    {
        var random = new Random(HashCode32((uint)seed, number));
        MapForm form = Forms[random.Next(Forms.Length)];
        IReadOnlyList<byte[]> seeds = Seeds.Of(form);
        return (form, new Mutator(random).Mutate(form, seeds[random.Next(seeds.Count)], seeds[random.Next(seeds.Count)]));
    }

    /// <exception cref="TrialException">With the case's number and form in front.</exception>
    public void Run(long number)
    {
        (MapForm form, byte[] bytes) = Make(number);
        try
        {
            Taken += MapTrial.Run(form, bytes) ? 1 : 0;
        }
        catch (Exception e)
        {
            throw new TrialException($"seed {seed} case {number} ({form}): {e.GetType().Name}: {e.Message}\n{e.StackTrace}");
        }
    }

    // HashCode is seeded anew in each process.
    private static int HashCode32(uint seed, long number) => (int)CrushHash.Hash(seed, (uint)number, (uint)(number >> 32));
}
