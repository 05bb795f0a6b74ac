using Cairn.Maps;
using Cairn.Objects.Transactions;
using Cairn.Store.Tests.Model;

namespace Cairn.Store.Tests.Faults;

/// <summary>A disk with a store of some content: part of it in a checkpoint, part in the WAL.</summary>
internal static class FilledStorage
{
    /// <param name="clean">Stopped, all of it in a checkpoint; else as after a kill.</param>
    public static async Task<(FaultStorage Storage, string Content)> Make(StoreOptions options, bool clean)
    {
        var storage = new FaultStorage();
        ObjectStore.Create(storage, TemporaryStore.Identity, options);
        ObjectStore store = ObjectStore.Open(storage, options);
        var history = new History(7, largeBytesMax: 100_000);
        for (int i = 0; i < 80; i++)
        {
            (PgId pg, StoreTransaction transaction) = history.Next();
            await store.SubmitAsync(pg, transaction, CancellationToken.None);
            if (i == 40)
            {
                await store.CheckpointAsync();
            }
        }

        string content = await StoreText.Describe(store);
        await (clean ? store.DisposeAsync() : store.CloseAsync());
        return (storage, content);
    }
}
