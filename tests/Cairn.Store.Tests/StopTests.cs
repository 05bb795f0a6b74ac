using Cairn.Maps;
using Cairn.Objects.Transactions;
using Cairn.Store.Tests.Faults;

namespace Cairn.Store.Tests;

/// <summary>Stopping a store while it works.</summary>
public sealed class StopTests
{
    private static readonly PgId Pg = new(1, 0);

    [Fact]
    public async Task What_was_submitted_before_a_stop_becomes_durable_though_maintenance_has_ended()
    {
        var storage = new FaultStorage();
        ObjectStore.Create(storage, TemporaryStore.Identity, TemporaryStore.Small);
        ObjectStore store = ObjectStore.Open(storage, TemporaryStore.Small);
        await store.CheckpointAsync(); // Maintenance has made a WAL file ready: the next commit takes it, and wants another.

        // The commit's sync, not that of a spare: maintenance may still make one, and must be able to end.
        using var syncing = new HeldCalls(storage, static (call, name) => call == DiskCall.Sync && HeldCalls.IsWal(name));
        Task first = store.SubmitAsync(Pg, new StoreTransaction().Add(new CreateCollection()).Add(SetNumber(1)), CancellationToken.None).AsTask();
        await syncing.ReachedAsync();
        Task second = store.SubmitAsync(Pg, new StoreTransaction().Add(SetNumber(2)), CancellationToken.None).AsTask();
        Task closed = store.CloseAsync().AsTask();
        await store.MaintenanceEnded;
        syncing.LetGo();
        await Task.WhenAll(first, second, closed);
        Assert.False(store.Failed.IsCompleted);

        storage.Fault = null;
        ObjectStore again = ObjectStore.Open(storage, TemporaryStore.Small);
        Assert.Equal([2], again.GetMeta(Pg, "n"));
        await again.CloseAsync();
    }

    private static SetMeta SetNumber(byte number) => new("n", new[] { number });
}
