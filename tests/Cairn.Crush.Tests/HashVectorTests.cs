using System.Globalization;

namespace Cairn.Crush.Tests;

public sealed class HashVectorTests
{
    [Fact]
    public void Integer_hashes_are_Cephs()
    {
        foreach (string line in Vectors.Lines("hash/crush-hash32.txt"))
        {
            uint[] v = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Hex)];
            uint[] hashes =
            [
                CrushHash.Hash(v[0]), CrushHash.Hash(v[0], v[1]), CrushHash.Hash(v[0], v[1], v[2]), CrushHash.Hash(v[0], v[1], v[2], v[3]),
                CrushHash.Hash(v[0], v[1], v[2], v[3], v[4]),
            ];
            Assert.Equal(v[5..], hashes);
        }
    }

    [Fact]
    public void Logarithm_is_Cephs_for_every_16_bit_value()
    {
        string[] lines = Vectors.Lines("hash/crush-ln.txt");
        Assert.Equal(0x10000, lines.Length);
        for (uint u = 0; u < lines.Length; u++)
        {
            Assert.Equal(long.Parse(lines[u], NumberStyles.HexNumber, CultureInfo.InvariantCulture), CrushLn.Compute(u));
        }
    }

    [Fact]
    public void Straw_lengths_are_Cephs_in_both_calculation_versions()
    {
        foreach (string line in Vectors.Lines("hash/straw-lengths.txt"))
        {
            string[] parts = line.Split(':');
            int version = int.Parse(parts[0], CultureInfo.InvariantCulture);
            Assert.Equal(Numbers(parts[2]), StrawLengths.Compute(version, Numbers(parts[1])));
        }
    }

    private static uint Hex(string text) => uint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static uint[] Numbers(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(t => uint.Parse(t, CultureInfo.InvariantCulture))];
}
