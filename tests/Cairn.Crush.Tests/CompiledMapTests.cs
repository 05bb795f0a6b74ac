using System.Reflection;

namespace Cairn.Crush.Tests;

/// <summary>Ceph's compiled form, held to what <c>crushtool -c</c> of Ceph 16.2.15 made of the same texts.</summary>
public sealed class CompiledMapTests
{
    private const string Prefix = "compiled/";

    public static TheoryData<string> Golden => [.. GoldenNames()];

    public static TheoryData<string> Maps => [.. Vectors.Names("maps")];

    [Theory]
    [MemberData(nameof(Golden))]
    public void Writes_the_bytes_that_Ceph_16_writes(string name) =>
        Assert.Equal(Compiled(name), CrushBinary.Write(CrushText.Read(Vectors.Text($"maps/{name}.crush"))));

    [Theory]
    [MemberData(nameof(Golden))]
    public void Reads_the_map_that_the_text_means(string name) =>
        Assert.Equal(CrushText.Read(Vectors.Text($"maps/{name}.crush")), CrushBinary.Read(Compiled(name)));

    [Theory]
    [MemberData(nameof(Maps))]
    public void Reads_back_what_it_wrote_as_an_equal_map(string name)
    {
        CrushMap map = CrushText.Read(Vectors.Text($"maps/{name}.crush"));
        Assert.Equal(map, CrushBinary.Read(CrushBinary.Write(map)));
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public void Refuses_a_map_cut_short_or_takes_it_as_an_older_release_of_Ceph_wrote_it(string name)
    {
        byte[] whole = Compiled(name);
        int refused = 0;
        for (int length = 0; length < whole.Length; length++)
        {
            try
            {
                CrushBinary.Read(whole.AsSpan(0, length));
            }
            catch (CrushException)
            {
                refused++;
            }
        }

        // Each release appended a few fields: only at their ends a shorter map is one.
        Assert.InRange(refused, whole.Length - 12, whole.Length - 1);
    }

    [Fact]
    public void Refuses_straws_that_are_not_those_of_the_tunables()
    {
        CrushMap map = CrushText.Read(Vectors.Text("maps/bucket-straw-33-v0.crush"));
        CrushException refusal = Assert.Throws<CrushException>(() => CrushBinary.Read(WithOtherStrawVersion(map)));
        Assert.Contains("straw_calc_version", refusal.Message, StringComparison.Ordinal);
    }

    // The straws of one version under the number of the other.
    private static byte[] WithOtherStrawVersion(CrushMap map)
    {
        byte[] marked = CrushBinary.Write(map with { Tunables = map.Tunables with { AllowedBucketAlgorithms = 0x01020304 } });
        int at = marked.AsSpan().LastIndexOf(new byte[] { 4, 3, 2, 1 });
        marked[at - 1] ^= 1;
        return marked;
    }

    private static IEnumerable<string> GoldenNames() => typeof(CompiledMapTests).Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(n => Path.GetFileNameWithoutExtension(n[Prefix.Length..]));

    private static byte[] Compiled(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{Prefix}{name}.bin")!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
