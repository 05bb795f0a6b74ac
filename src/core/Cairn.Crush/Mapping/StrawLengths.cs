namespace Cairn.Crush;

/// <summary>The straw lengths of a straw (version 1) bucket: how far each draw is stretched so that shares follow weights.</summary>
/// <remarks>
/// Computed in doubles, in ascending order of weight, each length from the one before. Calculation version 0 counts items of equal or
/// zero weight wrongly, which old maps depend on. Held to <c>hash/straw-lengths.txt</c>.
/// </remarks>
public static class StrawLengths
{
    public static uint[] Compute(int calcVersion, ReadOnlySpan<uint> weights)
    {
        int size = weights.Length;
        var lengths = new uint[size];
        int[] order = AscendingOrder(weights);
        int left = size;
        double straw = 1.0;
        double below = 0;
        double last = 0;
        int i = 0;
        while (i < size)
        {
            uint weight = weights[order[i]];
            if (weight == 0)
            {
                lengths[order[i++]] = 0;
                left -= calcVersion >= 1 ? 1 : 0;
                continue;
            }

            lengths[order[i++]] = (uint)(long)(straw * 0x10000);
            if (i == size)
            {
                break;
            }

            uint next = weights[order[i]];
            if (calcVersion == 0 && next == weight)
            {
                continue;
            }

            below += (weight - last) * left;
            if (calcVersion == 0)
            {
                for (int j = i; j < size && weights[order[j]] == next; j++)
                {
                    left--;
                }
            }
            else
            {
                left--;
            }

            double above = unchecked((uint)left * (next - weight));
            double share = below / (below + above);
            straw *= Math.Pow(1.0 / share, 1.0 / left);
            last = weight;
        }

        return lengths;
    }

    // Stable: items of equal weight keep their order.
    private static int[] AscendingOrder(ReadOnlySpan<uint> weights)
    {
        uint[] copy = weights.ToArray();
        return [.. Enumerable.Range(0, copy.Length).OrderBy(i => copy[i])];
    }
}
