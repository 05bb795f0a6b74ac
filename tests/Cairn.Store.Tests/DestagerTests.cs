using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Tests.Faults;

namespace Cairn.Store.Tests;

/// <summary>Moving small writes to a segment while others go on.</summary>
public sealed class DestagerTests
{
    private static readonly PgId Pg = new(1, 0);
    private static readonly ObjectId Id = new(1, "", "a");

    [Fact]
    public async Task What_is_written_while_older_data_is_on_its_way_to_a_segment_is_not_overwritten_by_it()
    {
        var storage = new FaultStorage();
        ObjectStore.Create(storage, TemporaryStore.Identity, TemporaryStore.Small);
        ObjectStore store = ObjectStore.Open(storage, TemporaryStore.Small);
        await Submit(store, new CreateCollection(), new WriteData(Id, 0, Filled(12_288, 1)));

        using HeldCalls moving = Hold(storage);
        Task checkpoint = store.CheckpointAsync();
        await moving.ReachedAsync();
        await Submit(store, new WriteData(Id, 4096, Filled(4096, 2)));
        await Submit(store, new TruncateData(Id, 10_000));
        moving.LetGo();
        await checkpoint;

        byte[] wanted = [.. Filled(4096, 1), .. Filled(4096, 2), .. Filled(10_000 - 8192, 1)];
        Assert.Equal(wanted, await Read(store));
        await store.DisposeAsync();
        store = ObjectStore.Open(storage, TemporaryStore.Small);
        Assert.Equal(wanted, await Read(store));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task What_is_written_after_a_checkpoint_began_to_move_data_stays_in_the_WAL_that_it_keeps()
    {
        StoreOptions options = TemporaryStore.Small with { WalFileBytes = 256 << 10 };
        var storage = new FaultStorage();
        ObjectStore.Create(storage, TemporaryStore.Identity, options);
        ObjectStore store = ObjectStore.Open(storage, options);
        await Submit(store, new CreateCollection(), new WriteData(Id, 0, Filled(12_288, 1)));

        using HeldCalls moving = Hold(storage);
        Task checkpoint = store.CheckpointAsync();
        await moving.ReachedAsync();
        for (byte i = 0; i < 60; i++) // Three WAL files: the checkpoint's end is in another than the first of them.
        {
            await Submit(store, new WriteData(Numbered(i), 0, Filled(12_288, i)));
        }

        moving.LetGo();
        await checkpoint;
        await store.CloseAsync();
        store = ObjectStore.Open(storage, options);
        for (byte i = 0; i < 60; i++)
        {
            Assert.Equal(Filled(12_288, i), await Read(store, Numbered(i)));
        }

        await store.DisposeAsync();
    }

    private static ObjectId Numbered(int number) => new(1, "", $"n{number}");

    private static HeldCalls Hold(FaultStorage storage) =>
        new(storage, static (call, name) => call == DiskCall.Write && name.StartsWith("data/", StringComparison.Ordinal));

    private static async Task Submit(ObjectStore store, params StoreOp[] ops)
    {
        var transaction = new StoreTransaction();
        Array.ForEach(ops, op => transaction.Add(op));
        await store.SubmitAsync(Pg, transaction, CancellationToken.None);
    }

    private static async Task<byte[]> Read(ObjectStore store, ObjectId? id = null)
    {
        using StoreBuffer? data = await store.ReadAsync(Pg, id ?? Id, 0, 20_000, CancellationToken.None);
        return data!.Memory.ToArray();
    }

    private static byte[] Filled(int length, byte value)
    {
        byte[] bytes = new byte[length];
        Array.Fill(bytes, value);
        return bytes;
    }
}
