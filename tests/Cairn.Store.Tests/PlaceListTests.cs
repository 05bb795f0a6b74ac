using Cairn.Store.Catalog;

namespace Cairn.Store.Tests;

public sealed class PlaceListTests
{
    private static readonly ObjectPlace Last = new(uint.MaxValue, ulong.MaxValue);

    /// <summary>Hashes near each other and far apart, numbers of one byte and of eight: blocks are packed anew all the time.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Is_a_sorted_set_of_places(int seed)
    {
        var random = new Random(seed);
        var list = new PlaceList();
        var model = new SortedSet<ObjectPlace>();
        for (int step = 0; step < 20_000; step++)
        {
            ObjectPlace place = Any(random);
            switch (random.Next(8))
            {
                case < 5:
                    if (model.Add(place))
                    {
                        list.Add(place);
                    }

                    break;
                case 5 when model.Count > 0:
                    ObjectPlace victim = model.GetViewBetween(place, Last).FirstOrDefault(model.Min);
                    model.Remove(victim);
                    list.Remove(victim);
                    break;
                case 6 when step % 50 == 0:
                    List<ObjectPlace> places = [.. Enumerable.Range(0, random.Next(2000)).Select(_ => Any(random)).Where(model.Add).Order()];
                    list.Merge(places);
                    break;
                default:
                    List<ObjectPlace> behind = [.. model.GetViewBetween(place, Last).Take(3)];
                    Assert.Equal(behind, list.From(place).Take(3));
                    Assert.Equal(behind.Count > 0, list.TryFirst(place, out ObjectPlace first));
                    Assert.Equal(behind.FirstOrDefault(), first);
                    break;
            }

            Assert.Equal(model.Count, list.Count);
        }

        Assert.Equal(model, list.All());
        foreach (ObjectPlace place in model)
        {
            list.Remove(place);
        }

        Assert.Empty(list.All());
    }

    // Ten million objects on a disk: each byte here is 10 MB.
    [Fact]
    public void An_object_takes_nine_bytes_at_most()
    {
        const int Objects = 200_000;
        var list = new PlaceList();
        var random = new Random(1);
        for (int i = 0; i < Objects; i++)
        {
            list.Add(new ObjectPlace((uint)random.Next(), (ulong)i + 20_000_000)); // Spread as 64 PGs of ten million objects are.
        }

        Assert.InRange((double)list.MemoryBytes / Objects, 7, 9);
    }

    private static ObjectPlace Any(Random random) =>
        new((uint)random.NextInt64(1L << random.Next(1, 33)), (ulong)random.NextInt64(1L << random.Next(1, 63)));
}
