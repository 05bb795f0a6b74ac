using Cairn.Store.Index;

namespace Cairn.Store.Tests;

public sealed class SortedBlocksTests
{
    /// <summary>Keys of a log that grows at its end and is trimmed at its start, with others before, within and behind.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Is_a_sorted_map(int seed)
    {
        var random = new Random(seed);
        var blocks = new SortedBlocks<string, int, NameOrder>();
        var model = new SortedDictionary<string, int>(StringComparer.Ordinal);
        string from = Key(1000);
        int logHead = 0;
        for (int step = 0; step < 20_000; step++)
        {
            string key = Key(random.Next(3000));
            switch (random.Next(10))
            {
                case < 4:
                    key = Key(1000 + logHead++);
                    Set(blocks, model, key, step);
                    break;
                case 4:
                    Set(blocks, model, key, step);
                    break;
                case 5:
                    Assert.Equal(model.Remove(key, out int expected), blocks.Remove(key, out int removed));
                    Assert.Equal(expected, removed);
                    break;
                case < 9:
                    string to = Key(1000 + Math.Max(0, logHead - random.Next(700)));
                    string? first = model.Keys.FirstOrDefault(k => string.CompareOrdinal(k, from) >= 0);
                    bool isBefore = first is not null && string.CompareOrdinal(first, to) < 0;
                    Assert.Equal(isBefore, blocks.RemoveFirst(from, to, out int value));
                    Assert.Equal(isBefore ? model[first!] : 0, value);
                    _ = isBefore && model.Remove(first!);
                    break;
                default:
                    Assert.Equal(model.TryGetValue(key, out int there), blocks.TryGet(key, out int got));
                    Assert.Equal(there, got);
                    Assert.Equal(model.Keys.FirstOrDefault(k => string.CompareOrdinal(k, key) >= 0), blocks.TryFirst(key, out string next) ? next : null);
                    break;
            }

            Assert.Equal(model.Count, blocks.Count);
            if (step % 1000 == 0)
            {
                Assert.Equal(model, blocks.All());
                Assert.Equal(model.Where(e => string.CompareOrdinal(e.Key, key) >= 0), blocks.From(key));
            }
        }

        Assert.Equal(model, blocks.All());
    }

    private static string Key(int number) => number.ToString("d8", System.Globalization.CultureInfo.InvariantCulture);

    private static void Set(SortedBlocks<string, int, NameOrder> blocks, SortedDictionary<string, int> model, string key, int value)
    {
        blocks.At(key, out bool isNew) = value;
        Assert.Equal(!model.ContainsKey(key), isNew);
        model[key] = value;
    }
}
