using Cairn.Store.Extents;

namespace Cairn.Store.Tests;

public sealed class ChunkNumbersTests
{
    [Fact]
    public void Numbers_come_and_go_as_in_a_sorted_set()
    {
        var random = new Random(7);
        var numbers = new ChunkNumbers();
        var expected = new SortedSet<uint>();
        for (int i = 0; i < 5000; i++)
        {
            uint number = (uint)random.Next(1, 60);
            Assert.Equal(expected.Contains(number), numbers.Contains(number));
            if (expected.Add(number))
            {
                numbers.Add(number);
            }
            else
            {
                expected.Remove(number);
                numbers.Remove(number);
            }

            (uint first, uint last) = ((uint)random.Next(60), (uint)random.Next(60, 70));
            Assert.Equal(expected, numbers.All());
            Assert.Equal(expected.GetViewBetween(first, last), numbers.Between(first, last));
        }
    }

    [Fact]
    public void Of_an_object_written_from_its_start_they_are_one_range()
    {
        var numbers = new ChunkNumbers();
        for (uint number = 1; number <= 1023; number++)
        {
            numbers.Add(number);
        }

        Assert.Equal([(1U, 1023U)], numbers.Ranges);
    }
}
