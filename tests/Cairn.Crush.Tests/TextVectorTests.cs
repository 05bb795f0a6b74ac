namespace Cairn.Crush.Tests;

public sealed class TextVectorTests
{
    public static TheoryData<string> Decompiled => [.. Vectors.Names("decompiled")];

    public static TheoryData<string> Maps => [.. Vectors.Names("maps")];

    public static TheoryData<string, bool> BadMaps
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (string line in Vectors.Lines("bad-maps/index.tsv").Skip(1))
            {
                string[] columns = line.Split('\t');
                data.Add(columns[0], columns[1] == "0");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Decompiled))]
    public void Writes_the_text_that_Ceph_16_writes(string name) =>
        Assert.Equal(
            Vectors.Text($"decompiled/{name}.crush"),
            CrushText.Write(CrushText.Read(Vectors.Text($"maps/{name}.crush")), CrushTextDialect.Pacific));

    [Theory]
    [MemberData(nameof(Maps))]
    public void Reads_back_what_it_wrote_as_an_equal_map(string name)
    {
        CrushMap map = CrushText.Read(Vectors.Text($"maps/{name}.crush"));
        string text = CrushText.Write(map);
        CrushMap again = CrushText.Read(text);
        Assert.Equal(text, CrushText.Write(again));
        Assert.Equal(map.Buckets, again.Buckets);
        Assert.Equal(map, again);
    }

    [Theory]
    [MemberData(nameof(BadMaps))]
    public void Refuses_the_texts_that_Ceph_16_refuses_and_takes_those_it_takes(string name, bool accepted)
    {
        string text = Vectors.Text($"bad-maps/{name}.crush");
        if (accepted)
        {
            CrushText.Read(text, CrushTextDialect.Pacific).Validate();
        }
        else
        {
            Assert.Throws<CrushTextException>(() => CrushText.Read(text, CrushTextDialect.Pacific));
        }
    }
}
