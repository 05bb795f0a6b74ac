using Cairn.Client;
using Cairn.Objects.Operations;

namespace Cairn.Cluster.Tests.Harness;

/// <summary>
/// Objects of little data and many attributes, so that few of them make a large index, and what each of them must hold. An object is under one
/// operation at a time.
/// </summary>
public sealed class SmallObjects(PoolContext pool, int count)
{
    private const int InFlight = 48;
    private const int OmapEntries = 6;
    private const int DataBytesMax = 2000;
    private const int ValueBytesMax = 500;

    /// <summary>Each version is so much longer than the one before, that no record of the index is replaced where it is.</summary>
    private const int BytesPerVersion = 16;

    /// <summary>How often each was written since the test began; removed again, the negative of that.</summary>
    private readonly int[] _versions = new int[count];

    public IEnumerable<int> All => Enumerable.Range(0, count);

    /// <summary>Writes each of these objects, for the first time or over; every fourth is first read.</summary>
    public Task WriteAsync(IEnumerable<int> numbers) => ForEachAsync(numbers, async number =>
    {
        if (number % 4 == 0)
        {
            await VerifyAsync(number);
        }

        int version = _versions[number] = Math.Abs(_versions[number]) + 1;
        byte[] data = Bytes(number, version, part: 0);
        ObjectOperation write = new ObjectOperation().WriteFull(data).SetXattr("x", Bytes(number, version, part: 1)).SetOmap(Omap(number, version));
        await pool.OperateAsync(NameOf(number), write);
    });

    public Task RemoveAsync(IEnumerable<int> numbers) => ForEachAsync(numbers, async number =>
    {
        _versions[number] = -_versions[number];
        await pool.RemoveAsync(NameOf(number));
    });

    /// <summary>Reads all, and lists them.</summary>
    public async Task VerifyAllAsync()
    {
        await ForEachAsync(All, VerifyAsync);
        var listed = new HashSet<string>();
        await foreach (var id in pool.ListObjectsAsync())
        {
            Assert.True(listed.Add(id.Name), $"{id} is listed twice");
        }

        Assert.Equal(All.Where(number => _versions[number] > 0).Select(NameOf).Order(), listed.Order());
    }

    private async Task VerifyAsync(int number)
    {
        int version = _versions[number];
        try
        {
            ObjectOperation read = new ObjectOperation().Read(0, 0).GetXattr("x").GetOmapRange(null, OmapEntries + 1);
            IReadOnlyList<StepResult> found = (await pool.OperateAsync(NameOf(number), read)).Steps;
            Assert.True(version > 0, $"{NameOf(number)} is there");
            AssertSame(Bytes(number, version, part: 0), found[0].Data, number);
            AssertSame(Bytes(number, version, part: 1), found[1].Data, number);
            KeyValuePair<string, ReadOnlyMemory<byte>>[] omap = Omap(number, version);
            Assert.Equal(omap.Select(static e => e.Key), found[2].Values.Select(static e => e.Key));
            Assert.All(omap.Zip(found[2].Values), pair => AssertSame(pair.First.Value, pair.Second.Value, number));
        }
        catch (ObjectNotFoundException)
        {
            Assert.True(version <= 0, $"{NameOf(number)} is lost");
        }
    }

    private static void AssertSame(ReadOnlyMemory<byte> written, ReadOnlyMemory<byte> read, int number) =>
        Assert.True(written.Span.SequenceEqual(read.Span), $"{NameOf(number)} is not what was written");

    private static Task ForEachAsync(IEnumerable<int> numbers, Func<int, Task> work) =>
        Parallel.ForEachAsync(numbers, new ParallelOptions { MaxDegreeOfParallelism = InFlight }, (number, _) => new ValueTask(work(number)));

    private static string NameOf(int number) => $"small-{number}";

    private static KeyValuePair<string, ReadOnlyMemory<byte>>[] Omap(int number, int version) =>
        [.. Enumerable.Range(0, OmapEntries).Select(i => new KeyValuePair<string, ReadOnlyMemory<byte>>($"key-{i:d2}", Bytes(number, version, part: 2 + i)))];

    // Of all lengths: a record ends anywhere.
    private static byte[] Bytes(int number, int version, int part)
    {
        var random = new Random((number * 1009 + version) * 31 + part);
        byte[] bytes = new byte[(part == 0 ? DataBytesMax : ValueBytesMax) * (long)LengthOf(number, part) / 1000 + version * BytesPerVersion];
        random.NextBytes(bytes);
        return bytes;
    }

    private static int LengthOf(int number, int part) => new Random(number * 31 + part).Next(1000);
}
