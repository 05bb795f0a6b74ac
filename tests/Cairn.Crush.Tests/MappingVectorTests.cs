namespace Cairn.Crush.Tests;

public sealed class MappingVectorTests
{
    public static TheoryData<string> Maps => [.. Vectors.Names("vectors")];

    [Theory]
    [MemberData(nameof(Maps))]
    public void Maps_every_input_as_Ceph_does(string name)
    {
        CrushMap map = CrushText.Read(Vectors.Text($"maps/{name}.crush"));
        foreach (VectorCase vector in VectorCase.ReadAll(name))
        {
            CrushMap prepared = vector.Prepare(map);
            uint[] reweights = vector.Reweights(prepared);
            var result = new int[vector.NumRep];
            Assert.Equal(vector.Last - vector.First + 1, vector.Expected.Count);
            for (int x = vector.First; x <= vector.Last; x++)
            {
                int count = prepared.Mapper.Map(vector.Rule, vector.InputOf(x), result, reweights, chooseArgs: 0);
                string expected = vector.Expected[x - vector.First];
                Assert.True(
                    expected == VectorCase.Format(result.AsSpan(0, count)),
                    $"{name} case {vector.Number} x {x}: expected {expected}, got {VectorCase.Format(result.AsSpan(0, count))}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Maps))]
    public void Maps_many_inputs_at_once_as_Ceph_does(string name)
    {
        CrushMap map = CrushText.Read(Vectors.Text($"maps/{name}.crush"));
        foreach (VectorCase vector in VectorCase.ReadAll(name))
        {
            CrushMap prepared = vector.Prepare(map);
            uint[] inputs = [.. Enumerable.Range(vector.First, vector.Expected.Count).Select(vector.InputOf)];
            var results = new int[inputs.Length * vector.NumRep];
            var counts = new int[inputs.Length];
            prepared.Mapper.MapMany(vector.Rule, inputs, vector.NumRep, results, counts, vector.Reweights(prepared), chooseArgs: 0);
            for (int i = 0; i < inputs.Length; i++)
            {
                string result = VectorCase.Format(results.AsSpan(i * vector.NumRep, counts[i]));
                Assert.True(
                    vector.Expected[i] == result,
                    $"{name} case {vector.Number} x {vector.First + i}: expected {vector.Expected[i]}, got {result}");
            }
        }
    }
}
