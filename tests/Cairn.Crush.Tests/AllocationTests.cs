using System.Collections.Immutable;

namespace Cairn.Crush.Tests;

/// <summary>Mapping is on the path of every operation: it must leave nothing to the garbage collector.</summary>
public sealed class AllocationTests
{
    [Theory]
    [InlineData(CrushOp.ChooseLeafFirstN)]
    [InlineData(CrushOp.ChooseLeafIndep)]
    public void Mapping_allocates_nothing(CrushOp choose)
    {
        CrushMap map = CrushLayer.Build(40, [new CrushLayer("host", BucketAlgorithm.Straw2, 4), new CrushLayer("root", BucketAlgorithm.Straw2, 0)]);
        ImmutableArray<CrushStep> steps = [new(CrushOp.Take, map.Tree.FindItem("root")!.Value), new(choose, 0, 1), new(CrushOp.Emit)];
        map = map with { Rules = map.Rules.SetItem(0, map.Rules[0] with { Steps = steps }) };
        uint[] weights = [.. Enumerable.Repeat(0x10000u, 40)];
        uint[] inputs = [.. Enumerable.Range(0, 500).Select(x => (uint)x)];
        int[] results = new int[inputs.Length * 3];
        int[] counts = new int[inputs.Length];
        CrushMapper mapper = map.Mapper;
        MapAll(mapper); // Builds what is built once.

        // Of several runs the best: a collection in between may have taken a pooled array away.
        long least = long.MaxValue;
        for (int run = 0; run < 5; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            MapAll(mapper);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);

        void MapAll(CrushMapper with)
        {
            with.MapMany(0, inputs, 3, results, counts, weights);
            foreach (uint x in inputs)
            {
                with.Map(0, x, results.AsSpan(0, 3), weights);
            }
        }
    }
}
