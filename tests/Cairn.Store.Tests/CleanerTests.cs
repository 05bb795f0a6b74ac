using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Engine;
using Cairn.Store.Extents;
using Cairn.Store.Tests.Faults;

namespace Cairn.Store.Tests;

/// <summary>Moving data out of segments that are mostly garbage.</summary>
public sealed class CleanerTests
{
    private const int ObjectBytes = 64 << 10;
    private static readonly PgId Pg = new(1, 0);
    private static readonly ObjectId Victim = new(1, "", "victim");
    private static readonly ObjectId Bystander = new(1, "", "bystander");

    private static readonly StoreOptions Options = TemporaryStore.Small with
    {
        CapacityBytes = 12 << 20,
        WalFileBytes = 256 << 10,
        WalBytesMax = 1 << 20,
        IndexMemoryBytes = 8 << 20,
        CacheBytesMax = 0,
    };

    [Fact]
    public async Task A_damaged_block_is_not_moved_as_if_it_were_sound()
    {
        var storage = new FaultStorage();
        ObjectStore.Create(storage, TemporaryStore.Identity, Options);
        ObjectStore store = ObjectStore.Open(storage, Options);
        var random = new Random(1);
        await Write(store, Victim, random, new CreateCollection());
        await Write(store, Bystander, random);
        await store.DisposeAsync();
        StoredExtent place = PlaceOf(storage, Victim);
        StoredExtent beside = PlaceOf(storage, Bystander);
        Assert.Equal(place.Slot, beside.Slot);
        storage.Names[$"data/{place.Slot:d6}"].Flip((place.Position + 5000) * 8);

        // Of each segment three eighths stay alive: none is free without cleaning, and the victim's, with a quarter, costs the least.
        store = ObjectStore.Open(storage, Options);
        for (int i = 0; i < 220; i++)
        {
            await Write(store, new ObjectId(1, "", i % 8 < 3 ? $"cold{i}" : $"hot{i % 8}"), random);
        }

        await store.CheckpointAsync();
        await Assert.ThrowsAsync<ObjectCorruptException>(() => Read(store, Victim));
        using (StoreBuffer? sound = await Read(store, Bystander))
        {
            Assert.Equal(ObjectBytes, sound!.Memory.Length);
        }

        await store.DisposeAsync();
        Assert.NotEqual(beside, PlaceOf(storage, Bystander)); // So the segment was cleaned.
        Assert.Equal(place.Slot, PlaceOf(storage, Victim).Slot);
    }

    private static Task<StoreBuffer?> Read(ObjectStore store, ObjectId id) => store.ReadAsync(Pg, id, 0, ObjectBytes, CancellationToken.None).AsTask();

    private static async Task Write(ObjectStore store, ObjectId id, Random random, params StoreOp[] before)
    {
        byte[] data = new byte[ObjectBytes];
        random.NextBytes(data);
        var transaction = new StoreTransaction();
        Array.ForEach(before, op => transaction.Add(op));
        await store.SubmitAsync(Pg, transaction.Add(new WriteData(id, 0, data)), CancellationToken.None);
    }

    private static StoredExtent PlaceOf(FaultStorage storage, ObjectId id)
    {
        using EngineContext engine = StoreLoader.Load(storage.Copy(), Options);
        return Assert.IsType<StoredExtent>(Assert.Single(engine.Catalog.Find(engine.Catalog.Find(Pg)!, id)!.First.Extents));
    }
}
