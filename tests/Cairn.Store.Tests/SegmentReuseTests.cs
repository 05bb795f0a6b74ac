using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Extents;
using Cairn.Store.Segments;
using Cairn.Store.Tests.Faults;

namespace Cairn.Store.Tests;

/// <summary>Segments written anew while readers and caches still know what was there before.</summary>
public sealed class SegmentReuseTests
{
    private const int ObjectBytes = 64 << 10;
    private static readonly PgId Pg = new(1, 0);

    private static readonly StoreOptions Options = TemporaryStore.Small with
    {
        CapacityBytes = 8 << 20,
        WalFileBytes = 256 << 10,
        WalBytesMax = 1 << 20,
        IndexMemoryBytes = 8 << 20,
        CacheBytesMax = 16 << 20,
    };

    [Fact]
    public async Task What_a_segment_held_in_its_former_life_is_not_read_from_the_cache()
    {
        ObjectStore store = await Create(new FaultStorage());
        var random = new Random(1);
        for (int i = 0; i < 300; i++)
        {
            ObjectId id = Object(i % 20);
            byte[] written = await Write(store, id, random);
            Assert.True((await Read(store, id)).AsSpan().SequenceEqual(written), $"write {i}");
        }

        await store.DisposeAsync();
    }

    [Fact]
    public async Task A_segment_is_not_written_anew_under_a_reader()
    {
        var storage = new FaultStorage();
        ObjectStore store = await Create(storage);
        var random = new Random(2);
        ObjectId slow = Object(0);
        byte[] written = await Write(store, slow, random);
        await store.DisposeAsync(); // The segment is sealed, and nothing cached.
        store = ObjectStore.Open(storage, Options);

        using var reading = new SemaphoreSlim(0);
        using var mayGoOn = new ManualResetEventSlim();
        int reads = 0;
        storage.Fault = (call, name) =>
        {
            if (call == DiskCall.Read && name.StartsWith("data/", StringComparison.Ordinal) && Interlocked.Increment(ref reads) == 1)
            {
                reading.Release();
                mayGoOn.Wait();
            }
        };
        Task<byte[]> read = Read(store, slow);
        await reading.WaitAsync();
        await store.SubmitAsync(Pg, new StoreTransaction().Add(new RemoveObject(slow)), CancellationToken.None);
        await store.CheckpointAsync();
        await store.CheckpointAsync();
        for (int i = 1; i <= 30; i++)
        {
            await Write(store, Object(i), random);
        }

        mayGoOn.Set();
        Assert.Equal(written, await read);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task A_segment_with_little_left_alive_is_not_written_anew()
    {
        var storage = new FaultStorage();
        ObjectStore store = await Create(storage);
        var random = new Random(3);
        ObjectId id = Object(0);
        byte[] first = await Write(store, id, random);
        byte[] over = new byte[20 << 10];
        random.NextBytes(over);
        await store.SubmitAsync(Pg, new StoreTransaction().Add(new WriteData(id, 0, over)), CancellationToken.None);
        await store.SubmitAsync(Pg, new StoreTransaction().Add(new TruncateData(id, 24 << 10)), CancellationToken.None);
        byte[] wanted = [.. over, .. first[(20 << 10)..(24 << 10)]];
        await store.DisposeAsync(); // The segment is sealed; of what it has, a block is alive.

        store = ObjectStore.Open(storage, Options);
        await store.CheckpointAsync();
        for (int i = 1; i <= 30; i++)
        {
            await Write(store, Object(i), random);
        }

        await store.CheckpointAsync();
        await store.DisposeAsync();
        store = ObjectStore.Open(storage, Options);
        Assert.Equal(wanted, await Read(store, id));
        await store.DisposeAsync();
    }

    [Fact]
    public void A_segment_that_the_last_checkpoint_may_refer_to_is_not_free_before_the_next_is_durable()
    {
        const int SegmentBytes = 512 << 10;
        using var segments = new SegmentTable(new FaultStorage(), SegmentBytes, slotCount: 16);
        (Segment segment, int position) = segments.TryAllocate(AppendStream.Bulk, SegmentBytes)!.Value;
        var extent = new StoredExtent(0, 4096, segment.Slot, position, 0, 4096, new uint[1]);
        segments.Account(extent, +1);
        Assert.NotNull(segments.TryAllocate(AppendStream.Bulk, 4096)); // The next segment: the first is sealed.
        segments.Account(extent, -1);

        int free = segments.FreeSlots;
        segments.MarkDead(checkpoint: 2);
        Assert.Equal(free, segments.FreeSlots);
        segments.FreeDead(checkpoint: 2);
        Assert.Equal(free + 1, segments.FreeSlots);
    }

    [Fact]
    public async Task Segments_that_large_writes_emptied_come_back_without_the_store_being_full_or_its_log_long()
    {
        var storage = new FaultStorage();
        ObjectStore store = await Create(storage, TemporaryStore.Small with { WalBytesMax = 64 << 20 });
        using var checkpoint = new SemaphoreSlim(0);
        storage.Fault = (call, name) =>
        {
            if (call == DiskCall.Rename && name.StartsWith("manifest", StringComparison.Ordinal))
            {
                checkpoint.Release();
            }
        };
        var random = new Random(4);
        for (int i = 0; i < 10 * (TemporaryStore.Small.SegmentBytes / ObjectBytes); i++)
        {
            await Write(store, Object(0), random);
        }

        Assert.True(await checkpoint.WaitAsync(TimeSpan.FromSeconds(60)), "ten segments' worth was written over, and no checkpoint gave one back");
        await store.DisposeAsync();
    }

    private static async Task<ObjectStore> Create(FaultStorage storage, StoreOptions? options = null)
    {
        options ??= Options;
        ObjectStore.Create(storage, TemporaryStore.Identity, options);
        ObjectStore store = ObjectStore.Open(storage, options);
        await store.SubmitAsync(Pg, new StoreTransaction().Add(new CreateCollection()), CancellationToken.None);
        return store;
    }

    private static async Task<byte[]> Write(ObjectStore store, ObjectId id, Random random)
    {
        byte[] data = new byte[ObjectBytes];
        random.NextBytes(data);
        await store.SubmitAsync(Pg, new StoreTransaction().Add(new WriteData(id, 0, data)), CancellationToken.None);
        return data;
    }

    private static async Task<byte[]> Read(ObjectStore store, ObjectId id)
    {
        using StoreBuffer? data = await store.ReadAsync(Pg, id, 0, ObjectBytes, CancellationToken.None);
        return data!.Memory.ToArray();
    }

    private static ObjectId Object(int number) => new(1, "", $"o{number}");
}
