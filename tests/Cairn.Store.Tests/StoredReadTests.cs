using System.Security.Cryptography;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Tests.Faults;

namespace Cairn.Store.Tests;

/// <summary>A scrub is about the disk: what the cache still knows must not hide what the disk has lost.</summary>
public sealed class StoredReadTests
{
    private const int Length = 64 << 10;
    private const int SomeBit = 8 * 5000;
    private static readonly PgId Pg = new(1, 0);
    private static readonly ObjectId Id = new(1, "", "a");

    [Fact]
    public async Task What_was_lost_under_the_cache_is_found()
    {
        byte[] data = RandomNumberGenerator.GetBytes(Length);
        (FaultStorage storage, ObjectStore store) = await Write(data);
        Assert.Equal(data, await ReadAsync(store.ReadAsync)); // It is in the cache from now on.
        Assert.Equal(data, await ReadAsync(store.ReadStoredAsync));

        storage.Names["data/000000"].Flip(SomeBit);

        Assert.Equal(data, await ReadAsync(store.ReadAsync));
        await Assert.ThrowsAsync<ObjectCorruptException>(() => ReadAsync(store.ReadStoredAsync));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_of_it_stays_in_the_cache()
    {
        byte[] data = RandomNumberGenerator.GetBytes(Length);
        (FaultStorage storage, ObjectStore store) = await Write(data);
        Assert.Equal(data, await ReadAsync(store.ReadStoredAsync));

        storage.Names["data/000000"].Flip(SomeBit);

        await Assert.ThrowsAsync<ObjectCorruptException>(() => ReadAsync(store.ReadAsync));
        await store.DisposeAsync();
    }

    private static async Task<(FaultStorage Storage, ObjectStore Store)> Write(byte[] data)
    {
        var storage = new FaultStorage();
        ObjectStore.Create(storage, TemporaryStore.Identity, TemporaryStore.Small);
        ObjectStore store = ObjectStore.Open(storage, TemporaryStore.Small);
        await store.SubmitAsync(Pg, new StoreTransaction().Add(new CreateCollection()).Add(new WriteData(Id, 0, data)), CancellationToken.None);
        return (storage, store);
    }

    private static async Task<byte[]> ReadAsync(Func<PgId, ObjectId, ulong, int, CancellationToken, ValueTask<StoreBuffer?>> read)
    {
        using StoreBuffer? buffer = await read(Pg, Id, 0, Length, CancellationToken.None);
        return buffer!.Memory.ToArray();
    }
}
