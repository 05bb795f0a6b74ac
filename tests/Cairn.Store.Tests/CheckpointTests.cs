using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Catalog;
using Cairn.Store.Engine;
using Cairn.Store.Index;
using Cairn.Store.Tests.Faults;

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

        storage.Fault = static (call, name) =>
        {
            if (call == DiskCall.Write && HeldCalls.IsWal(name))
            {
                throw new IOException($"{name}: injected");
            }
        };
        using var committing = new HeldCalls(storage, static (call, name) => call == DiskCall.Write && HeldCalls.IsWal(name));
        using var beginning = new HeldCalls(storage, static (call, name) => call == DiskCall.Open && name.EndsWith(".run", StringComparison.Ordinal));
        Task checkpoint = store.CheckpointAsync();
        await beginning.ReachedAsync(); // The instant of the checkpoint is fixed, and nothing written yet.
        Task second = store.SubmitAsync(Pg, new StoreTransaction().Add(SetNumber(2)), CancellationToken.None).AsTask();
        beginning.LetGo();
        await checkpoint;
        committing.LetGo();
        await Assert.ThrowsAsync<StoreFailedException>(() => second);
        await store.DisposeAsync();

        storage.Fault = null;
        store = ObjectStore.Open(storage, TemporaryStore.Small);
        Assert.Equal([1], store.GetMeta(Pg, "n"));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task What_was_removed_stays_so_when_the_runs_behind_the_one_that_has_it_are_merged()
    {
        using var directory = new TemporaryStore();
        ObjectStore store = await directory.OpenAsync();
        var many = new StoreTransaction().Add(new CreateCollection());
        for (int i = 0; i < 500; i++)
        {
            many.Add(new SetMeta($"k{i}", new byte[100]));
        }

        foreach (StoreTransaction transaction in (StoreTransaction[])[many, new StoreTransaction().Add(new RemoveMeta("k7")), new StoreTransaction().Add(SetNumber(1))])
        {
            await store.SubmitAsync(Pg, transaction, CancellationToken.None);
            await store.CheckpointAsync(); // The first run is large and stays; the two behind it become one.
        }

        await store.DisposeAsync();
        store = await directory.OpenAsync();
        Assert.Null(store.GetMeta(Pg, "k7"));
        Assert.Equal([1], store.GetMeta(Pg, "n"));
        await store.DisposeAsync();
    }

    [Fact]
    public void An_onode_that_changes_after_the_instant_of_a_checkpoint_is_in_it_as_it_was()
    {
        var storage = new FaultStorage();
        ObjectStore.Create(storage, TemporaryStore.Identity, TemporaryStore.Small);
        using EngineContext engine = StoreLoader.Load(storage, TemporaryStore.Small);
        Onode onode = engine.Catalog.Create(engine.Catalog.CreateCollection(Pg), new ObjectId(1, "", "a"));
        onode.Size = 1;
        engine.Catalog.Freeze();
        engine.Catalog.BeforeChange(onode);
        onode.Size = 2;
        engine.Catalog.WriteFrozen(int.MaxValue);
        engine.Index.SortFrozen();
        using var writer = new RunWriter(storage, run: 1);
        engine.Index.WriteFrozen(writer, int.MaxValue);
        using var records = new RunMerger(storage, [writer.Finish()]);
        var sizes = new List<ulong>();
        while (records.Next())
        {
            if (records.Key.Kind == IndexKind.Onode)
            {
                sizes.Add(OnodeCodec.Decode(records.Key.Owner, records.Value, _ => onode.Collection).Size);
            }
        }

        Assert.Equal([1UL], sizes);
    }

    private static SetMeta SetNumber(byte number) => new("n", new[] { number });
}
