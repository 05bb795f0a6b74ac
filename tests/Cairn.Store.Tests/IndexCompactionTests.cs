using System.Buffers.Binary;
using Cairn.Store.Index;
using Cairn.Store.Tests.Faults;

namespace Cairn.Store.Tests;

/// <summary>What of the index's log is of no use any more goes before what is of use has to leave memory.</summary>
public sealed class IndexCompactionTests
{
    private const long MemoryBytes = 8 << 20;

    [Fact]
    public void Records_that_fit_stay_in_memory_however_often_they_are_replaced()
    {
        using var records = new IndexRecords(new FaultStorage(), MemoryBytes, recordsExpected: 0);
        Replace(records, keys: 20_000, rounds: 20, () => Assert.True(records.LogBytes <= MemoryBytes));
        Assert.Equal(20_000, records.Count);
    }

    [Fact]
    public void Records_that_do_not_fit_are_not_copied_again_and_again()
    {
        using var records = new IndexRecords(new FaultStorage(), MemoryBytes, recordsExpected: 0);
        int compactions = Replace(records, keys: 150_000, rounds: 2, static () => { });
        Assert.InRange(compactions, 1, 20); // Of a log of 42 MiB, 8 at most at a time.
    }

    [Fact]
    public void Removed_records_do_not_come_back()
    {
        using var records = new IndexRecords(new FaultStorage(), MemoryBytes, recordsExpected: 0);
        Replace(records, keys: 20_000, rounds: 1, static () => { });
        for (int key = 0; key < 20_000; key += 2)
        {
            records.Delete(Key(key));
        }

        records.Compact(new object(), LeaveToFaster);
        Assert.All(Enumerable.Range(0, 20_000), key => Assert.Equal(key % 2 == 1, records.TryGet(Key(key), out _)));
    }

    [Fact]
    public async Task A_record_read_from_the_disk_is_found_though_it_is_moved_meanwhile()
    {
        const int Keys = 60_000;
        using var records = new IndexRecords(new FaultStorage(), MemoryBytes, recordsExpected: 0);
        object gate = new();
        byte[] value = new byte[100];
        bool done = false;
        Task compacting = Task.Factory.StartNew(
            () =>
            {
                for (; !Volatile.Read(ref done); Thread.Yield())
                {
                    if (records.NeedsCompaction)
                    {
                        records.Compact(gate, LeaveToFaster);
                    }
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        for (int i = 0; i < 8 * Keys; i++)
        {
            lock (gate)
            {
                records.Put(Key(i * 7 % Keys), value, isNew: i < Keys);
                if (i >= Keys)
                {
                    Assert.True(records.TryGet(Key(i * 13 % Keys), out _), $"key {i * 13 % Keys} after {i} writes");
                }
            }
        }

        Volatile.Write(ref done, true);
        await compacting;
    }

    /// <returns>How often a part of it was compacted.</returns>
    private static int Replace(IndexRecords records, int keys, int rounds, Action check)
    {
        object gate = new();
        byte[] value = new byte[100];
        int compactions = 0;
        for (int round = 0; round < rounds; round++)
        {
            for (int key = 0; key < keys; key++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(value, (long)round * keys + key);
                records.Put(Key(key), value, isNew: round == 0);
                if (records.NeedsCompaction)
                {
                    records.Compact(gate, LeaveToFaster);
                    compactions++;
                    check();
                }
            }
        }

        for (int key = 0; key < keys; key++)
        {
            Assert.True(records.TryGet(Key(key), out ReadOnlySpan<byte> found));
            Assert.Equal((long)(rounds - 1) * keys + key, BinaryPrimitives.ReadInt64LittleEndian(found));
        }

        return compactions;
    }

    private static bool LeaveToFaster(IndexKey key, ReadOnlySpan<byte> value) => false;

    private static IndexKey Key(int owner) => new((ulong)owner + 1, 0, IndexKind.Onode);
}
