using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Tests.Faults;

namespace Cairn.Store.Tests;

/// <summary>A scrub is about the disk: what the cache still knows must not hide what the disk has lost.</summary>
public sealed class StoredReadTests
{
    private const int Length = 64 << 10;
    private static readonly PgId Pg = new(1, 0);
    private static readonly ObjectId Id = new(1, "", "a");

    [Fact]
    public async Task What_was_lost_under_the_cache_is_found()
    {
        var storage = new FaultStorage();
        ObjectStore.Create(storage, TemporaryStore.Identity, TemporaryStore.Small);
        ObjectStore store = ObjectStore.Open(storage, TemporaryStore.Small);
        byte[] data = new byte[Length];
        new Random(1).NextBytes(data);
        await store.SubmitAsync(Pg, new StoreTransaction().Add(new CreateCollection()), CancellationToken.None);
        await store.SubmitAsync(Pg, new StoreTransaction().Add(new WriteData(Id, 0, data)), CancellationToken.None);
        Assert.Equal(data, await ReadAsync(store.ReadAsync)); // It is in the cache from now on.
        Assert.Equal(data, await ReadAsync(store.ReadStoredAsync));

        storage.Names["data/000000"].Flip(8 * 5000);

        Assert.Equal(data, await ReadAsync(store.ReadAsync));
        await Assert.ThrowsAsync<ObjectCorruptException>(() => ReadAsync(store.ReadStoredAsync));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_of_it_stays_in_the_cache()
    {
        var storage = new FaultStorage();
        ObjectStore.Create(storage, TemporaryStore.Identity, TemporaryStore.Small);
        ObjectStore store = ObjectStore.Open(storage, TemporaryStore.Small);
        byte[] data = new byte[Length];
        await store.SubmitAsync(Pg, new StoreTransaction().Add(new CreateCollection()), CancellationToken.None);
        await store.SubmitAsync(Pg, new StoreTransaction().Add(new WriteData(Id, 0, data)), CancellationToken.None);
        Assert.Equal(data, await ReadAsync(store.ReadStoredAsync));

        storage.Names["data/000000"].Flip(8 * 5000);

        await Assert.ThrowsAsync<ObjectCorruptException>(() => ReadAsync(store.ReadAsync));
        await store.DisposeAsync();
    }

    private static async Task<byte[]> ReadAsync(Func<PgId, ObjectId, ulong, int, CancellationToken, ValueTask<StoreBuffer?>> read)
    {
        using StoreBuffer? buffer = await read(Pg, Id, 0, Length, CancellationToken.None);
        return buffer!.Memory.ToArray();
    }
}
