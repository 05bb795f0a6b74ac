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
    public void Records_of_a_checkpoint_that_do_not_fit_are_not_copied_before_many_were_replaced()
    {
        const int Keys = 150_000;
        using var records = new IndexRecords(new FaultStorage(), MemoryBytes, recordsExpected: Keys);
        byte[] value = new byte[100];
        for (int key = 0; key < Keys; key++)
        {
            records.Load(Key(key), value);
        }

        Assert.True(records.IsSpilled);
        Assert.False(records.NeedsCompaction);
        for (int i = 0; i < 2 * Keys; i++)
        {
            records.Put(Key(i % Keys), value, isNew: false);
        }

        Assert.True(records.NeedsCompaction);
    }

    [Fact]
    public void Garbage_of_compacting_is_collected_when_it_is_much_and_nothing_else_did()
    {
        var frames = new FrameGarbage(bytesMax: 8);
        Assert.False(frames.Add(4, fullCollections: 1));
        Assert.True(frames.Add(4, fullCollections: 1));
        Assert.False(frames.Add(4, fullCollections: 2));
        Assert.False(frames.Add(4, fullCollections: 3));
        Assert.True(frames.Add(4, fullCollections: 3));
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
        Task compacting = CompactUntil(() => Volatile.Read(ref done), records, gate);
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

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_record_is_lost_while_others_come_change_and_go(int seed)
    {
        var random = new Random(seed);
        using var records = new IndexRecords(new FaultStorage(), MemoryBytes, recordsExpected: 0);
        object gate = new();
        byte[] value = new byte[300];
        bool done = false;
        Task compacting = CompactUntil(() => Volatile.Read(ref done), records, gate);
        var live = new HashSet<int>();
        int next = 0;
        for (int phase = 0; phase < 6; phase++)
        {
            int from = next;
            for (int i = 0; i < 12_000; i++, next++)
            {
                lock (gate)
                {
                    records.Put(Key(next), value.AsSpan(0, 60 + random.Next(120)), isNew: true);
                    live.Add(next);
                    int old = next - 2000;
                    if (old % 50 == 49 && live.Remove(old))
                    {
                        records.Delete(Key(old));
                    }
                }
            }

            for (int i = 0; i < 30_000; i++)
            {
                int key = from + random.Next(next - from);
                lock (gate)
                {
                    if (live.Contains(key))
                    {
                        records.Put(Key(key), value.AsSpan(0, 60 + random.Next(120)), isNew: false);
                    }
                }
            }
        }

        Volatile.Write(ref done, true);
        await compacting;
        Assert.DoesNotContain(live, key => !records.TryGet(Key(key), out _));
    }

    private static Task CompactUntil(Func<bool> isDone, IndexRecords records, object gate) => Task.Factory.StartNew(
        () =>
        {
            for (; !isDone(); Thread.Yield())
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

    /// <returns>How often a part of it was compacted.</returns>
    private static int Replace(IndexRecords records, int keys, int rounds, Action check)
    {
        object gate = new();
        byte[] value = new byte[112];
        int compactions = 0;
        for (int round = 0; round < rounds; round++)
        {
            for (int key = 0; key < keys; key++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(value, (long)round * keys + key);
                // Of many lengths, growing: a step of compacting ends within a record, and finds none in use.
                records.Put(Key(key), value.AsSpan(0, 88 + (key % 3 * 8) + (round % 2 * 8)), isNew: round == 0);
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
