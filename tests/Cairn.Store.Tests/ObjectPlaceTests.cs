using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Tests.Faults;

namespace Cairn.Store.Tests;

public sealed class ObjectPlaceTests
{
    // The order of a collection leaves the pool out.
    [Fact]
    public async Task An_object_of_another_pool_does_not_get_into_a_collection()
    {
        var storage = new FaultStorage();
        ObjectStore.Create(storage, TemporaryStore.Identity, TemporaryStore.Small);
        ObjectStore store = ObjectStore.Open(storage, TemporaryStore.Small);
        var pg = new PgId(1, 0);
        await store.SubmitAsync(pg, new StoreTransaction().Add(new CreateCollection()), CancellationToken.None);
        await Assert.ThrowsAsync<InvariantException>(async () =>
            await store.SubmitAsync(pg, new StoreTransaction().Add(new WriteData(new ObjectId(2, "", "a"), 0, new byte[1])), CancellationToken.None));
        await store.DisposeAsync();
    }
}
