using System.Collections.Immutable;
using System.Globalization;

namespace Cairn.Crush.Tests;

public sealed class MovementTests
{
    [Theory]
    [InlineData("replicated", CrushOp.ChooseFirstN, 3)]
    [InlineData("erasure", CrushOp.ChooseIndep, 6)]
    public void Twenty_devices_added_to_2000_in_one_bucket_move_exactly_what_Ceph_moves(string kind, CrushOp choose, int numRep)
    {
        string[] row = Vectors.Lines("movement.tsv").Select(l => l.Split('\t'))
            .First(r => r[0].StartsWith("flat", StringComparison.Ordinal) && r[1].StartsWith(kind, StringComparison.Ordinal));
        CrushMap before = Flat(2000, choose);
        CrushMap after = Flat(2020, choose);
        uint[] inputs = [.. Enumerable.Range(0, 16_384).Select(x => (uint)x)];
        CrushMovement movement = CrushMovement.Compare(before, Weights(before), after, Weights(after), 0, numRep, inputs);
        Assert.Equal(row[3], Percent(movement.Ideal));
        Assert.Equal(row[4], Percent(movement.MovedShare));
        Assert.Equal(row[5], Percent(movement.PlacesChangedShare));
        Assert.Equal(row[6], Percent(movement.InputsTouchedShare));
    }

    private static CrushMap Flat(int count, CrushOp choose)
    {
        var root = new CrushBucket { Id = -1, Name = "default", Type = 11, Items = [.. Enumerable.Range(0, count).Select(i => new CrushItem(i, 0x10000))] };
        ImmutableArray<CrushStep> steps = [new(CrushOp.SetChooseTries, 100), new(CrushOp.Take, -1), new(choose, 0, 0), new(CrushOp.Emit)];
        return new CrushMap
        {
            Types = CrushMap.DefaultTypes,
            Buckets = ImmutableSortedDictionary<int, CrushBucket>.Empty.Add(-1, root),
            Rules = ImmutableSortedDictionary<int, CrushRule>.Empty.Add(0, new CrushRule { Id = 0, Name = "flat", Steps = steps }),
        };
    }

    private static uint[] Weights(CrushMap map) => CrushTester.BuildWeights(map, new Dictionary<int, uint>());

    private static string Percent(double share) => (share * 100).ToString("F4", CultureInfo.InvariantCulture);
}
