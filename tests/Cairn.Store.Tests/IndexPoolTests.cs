using Cairn.Store.Index;
using Cairn.Store.Tests.Faults;

namespace Cairn.Store.Tests;

/// <summary>One store's index memory, emptied, serves the next store.</summary>
public sealed class IndexPoolTests
{
    private const long MemoryBytes = 8 << 20;
    private readonly IndexPool _pool = new();

    [Fact]
    public void The_next_store_finds_nothing_of_the_one_before()
    {
        IndexRecords first = Rent();
        for (int owner = 0; owner < 5000; owner++)
        {
            first.Put(Key(owner), new byte[100], isNew: true);
        }

        _pool.Return(first);
        IndexRecords second = Rent();
        Assert.Same(first, second);
        Assert.Equal(0, second.Count);
        Assert.DoesNotContain(Enumerable.Range(0, 5000), owner => second.TryGet(Key(owner), out _));

        second.Put(Key(7), [7], isNew: true);
        Assert.True(second.TryGet(Key(7), out ReadOnlySpan<byte> value));
        Assert.Equal((byte[])[7], value.ToArray());
        second.Dispose();
    }

    [Fact]
    public void An_index_that_spilled_to_a_store_is_not_used_for_another()
    {
        IndexRecords first = Rent();
        for (int owner = 0; owner < 40; owner++)
        {
            first.Put(Key(owner), new byte[1 << 20], isNew: true);
        }

        Assert.True(first.SpilledBytes > 0);
        _pool.Return(first);
        using IndexRecords second = Rent();
        Assert.NotSame(first, second);
    }

    private static IndexKey Key(int owner) => new((ulong)owner + 1, 0, IndexKind.Onode);

    private IndexRecords Rent() => _pool.Rent(new FaultStorage(), MemoryBytes, recordsExpected: 0);
}
