using Cairn.Store.Extents;
using Cairn.Store.Staging;

namespace Cairn.Store.Tests;

public sealed class StagingTests
{
    [Fact]
    public void A_blob_given_back_is_used_again_and_remembers_nothing()
    {
        var buffers = new StagedBuffers(1 << 20);
        var table = new StagingTable();
        StagedBlob first = buffers.Rent(new StagedId(1, 0), [1, 2, 3]);
        table.Add(first);
        table.Add(buffers.Rent(new StagedId(2, 0), [4]));
        table.Refer(first.Id, 7, 0);
        table.Refer(first.Id, 7, 1);
        table.Forget(first.Id);
        table.Forget(first.Id);
        table.DropOldest();

        StagedBlob again = buffers.Rent(new StagedId(3, 1), [5, 6]);
        Assert.Same(first, again);
        Assert.Equal((new StagedId(3, 1), 2, 0, 0, null), (again.Id, again.Length, again.Uses, again.ChunkCount, again.Newer));
        Assert.Equal([5, 6], again.Data.ToArray());
    }

    [Fact]
    public void A_blob_goes_back_only_when_both_the_table_and_the_commit_let_go()
    {
        var buffers = new StagedBuffers(1 << 20);
        StagedBlob blob = buffers.Rent(default, [1]);
        blob.Hold();
        blob.Release();
        Assert.NotSame(blob, buffers.Rent(default, [2]));
        blob.Release();
        Assert.Same(blob, buffers.Rent(default, [3]));
    }

    [Fact]
    public void Idle_blobs_of_other_sizes_make_room_for_what_is_in_use()
    {
        var buffers = new StagedBuffers(8 * 4096);
        Release(RentMany(8, 4096));
        StagedBlob[] small = RentMany(128, 256);
        Release(small);
        Assert.Equal(small.Reverse(), RentMany(128, 256));

        StagedBlob[] RentMany(int count, int length) => [.. Enumerable.Range(0, count).Select(_ => buffers.Rent(default, new byte[length]))];

        static void Release(StagedBlob[] blobs) => Array.ForEach(blobs, static b => b.Release());
    }

    [Fact]
    public void Writes_of_a_byte_count_with_what_they_take_beside_it()
    {
        var buffers = new StagedBuffers(1 << 20);
        var table = new StagingTable();
        for (ulong i = 1; i <= 1000; i++)
        {
            table.Add(buffers.Rent(new StagedId(i, 0), [1]));
        }

        Assert.Equal(1000, table.Bytes);
        Assert.InRange(table.MemoryBytes, 200_000, 500_000);
        while (table.Count > 0)
        {
            table.DropOldest();
        }

        Assert.Equal((0, 0), (table.Bytes, table.MemoryBytes));
    }
}
