using Cairn.Maps;
using Cairn.Objects.Transactions;
using Cairn.Store.Tests.Faults;
using Cairn.Store.Wal;

namespace Cairn.Store.Tests;

/// <summary>A checkpoint is exact as of one transaction, whatever is written while it is made.</summary>
public sealed class CheckpointTests
{
    private static readonly PgId Pg = new(1, 0);

    [Fact]
    public async Task A_checkpoint_has_nothing_of_a_transaction_that_came_while_it_was_made_and_never_became_durable()
    {
        var storage = new FaultStorage();
        ObjectStore.Create(storage, TemporaryStore.Identity, TemporaryStore.Small);
        ObjectStore store = ObjectStore.Open(storage, TemporaryStore.Small);
        await store.SubmitAsync(Pg, new StoreTransaction().Add(new CreateCollection()).Add(SetNumber(1)), CancellationToken.None);

        using var begun = new SemaphoreSlim(0);
        using var mayGoOn = new ManualResetEventSlim();
        using var mayFail = new ManualResetEventSlim();
        storage.Fault = (call, name) =>
        {
            // The instant of the checkpoint is fixed, and nothing written yet.
            if (call == DiskCall.Open && name.EndsWith(".run", StringComparison.Ordinal) && !mayGoOn.IsSet)
            {
                begun.Release();
                mayGoOn.Wait();
            }

            if (call == DiskCall.Write && name.StartsWith(WalFormat.Folder, StringComparison.Ordinal) && !name.Contains(WalFormat.SparePrefix, StringComparison.Ordinal))
            {
                mayFail.Wait();
                throw new IOException($"{name}: injected");
            }
        };
        Task checkpoint = store.CheckpointAsync();
        await begun.WaitAsync();
        Task second = store.SubmitAsync(Pg, new StoreTransaction().Add(SetNumber(2)), CancellationToken.None).AsTask();
        mayGoOn.Set();
        await checkpoint;
        mayFail.Set();
        await Assert.ThrowsAsync<StoreFailedException>(() => second);
        await store.DisposeAsync();

        storage.Fault = null;
        store = ObjectStore.Open(storage, TemporaryStore.Small);
        Assert.Equal([1], store.GetMeta(Pg, "n"));
        await store.DisposeAsync();
    }

    private static SetMeta SetNumber(byte number) => new("n", new[] { number });
}
