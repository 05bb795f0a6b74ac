using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Devices;
using Cairn.Store.Tests.Faults;
using Cairn.Store.Tests.Model;
using Cairn.Store.Tools;

namespace Cairn.Store.Tests;

/// <summary>Calls that fail, disks that run full, bits that flip: an error or the right answer, never a wrong one.</summary>
public sealed class FaultInjectionTests
{
    private static readonly StoreOptions Options =
        TemporaryStore.Small with { WalBytesMax = 1 << 20, StagedBytesMax = 256 << 10, WalFileBytes = 256 << 10, IndexMemoryBytes = 8 << 20 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failed_call_stops_the_store_or_nothing_and_a_restart_finds_all_that_was_acknowledged(bool full)
    {
        int failures = 0;
        for (int failing = 1; failing < 400; failing += 13)
        {
            var storage = new FaultStorage();
            ObjectStore.Create(storage, TemporaryStore.Identity, Options);
            var random = new Random(failing);
            int calls = 0;
            storage.Fault = (call, name) =>
            {
                if (call is not (DiskCall.Read or DiskCall.Open) && Interlocked.Increment(ref calls) >= failing)
                {
                    throw full ? new DiskFullException($"{call} {name}: injected") : new IOException($"{call} {name}: injected");
                }
            };
            (List<string> states, int acknowledged) = await RunUntilFailure(storage, failing);
            failures += acknowledged < states.Count - 1 ? 1 : 0;

            storage.Fault = null;
            Assert.Empty(Fsck(storage).Errors);
            ObjectStore store = ObjectStore.Open(storage, Options);
            string found = await StoreText.Describe(store);
            await store.CloseAsync();
            Assert.True(states.FindIndex(acknowledged, s => s == found) >= 0, $"failing call {failing}: {acknowledged} acknowledged, found {states.IndexOf(found)}");
        }

        Assert.True(failures > 10, $"{failures} runs met a failure");
    }

    [Fact]
    public async Task Flipped_bits_in_a_stopped_store_are_reported_healed_or_without_effect()
    {
        (FaultStorage storage, string content) = await Filled(clean: true);
        await FlipAndCheck(storage, content, flips: 300);
    }

    [Fact]
    public async Task Flipped_bits_after_a_crash_never_give_wrong_data()
    {
        (FaultStorage storage, string content) = await Filled(clean: false);
        await FlipAndCheck(storage, content, flips: 200);
    }

    [Fact]
    public async Task A_full_store_refuses_data_and_still_removes()
    {
        using var directory = new TemporaryStore();
        await using ObjectStore store = await directory.OpenAsync();
        var pg = new PgId(1, 0);
        await store.SubmitAsync(pg, new StoreTransaction().Add(new CreateCollection()), CancellationToken.None);
        byte[] data = new byte[1 << 20];
        int written = 0;
        await Assert.ThrowsAsync<StoreFullException>(async () =>
        {
            for (; written < 100; written++)
            {
                Random.Shared.NextBytes(data);
                await store.SubmitAsync(pg, new StoreTransaction().Add(new WriteData(new ObjectId(1, "", $"o{written}"), 0, data)), CancellationToken.None);
            }
        });
        Assert.InRange(written, 30, 64);
        Assert.False(store.TryStat(pg, new ObjectId(1, "", $"o{written}"), out _));
        await store.SubmitAsync(pg, new StoreTransaction().Add(new SetMeta("info", new byte[100])), CancellationToken.None);
        for (int i = 0; i < written; i++)
        {
            await store.SubmitAsync(pg, new StoreTransaction().Add(new RemoveObject(new ObjectId(1, "", $"o{i}"))), CancellationToken.None);
        }

        Assert.Equal(0, store.Usage.DataBytes);
        for (int i = 0; i < 3 * written; i++)
        {
            await store.SubmitAsync(pg, new StoreTransaction().Add(new WriteData(new ObjectId(1, "", $"p{i % 20}"), 0, data)), CancellationToken.None);
        }

        Assert.False(store.Failed.IsCompleted);
    }

    [Fact]
    public async Task Overwriting_in_small_pieces_for_ever_is_cleaned_up_after()
    {
        using var directory = new TemporaryStore();
        var model = new ModelStore();
        ObjectStore store = await directory.OpenAsync();
        var pg = new PgId(1, 0);
        var random = new Random(5);
        async Task Do(StoreTransaction transaction, bool wait)
        {
            model.Apply(pg, transaction);
            Task durable = store.SubmitAsync(pg, transaction, CancellationToken.None).AsTask();
            if (wait)
            {
                await durable;
            }
        }

        await Do(new StoreTransaction().Add(new CreateCollection()), true);
        for (int o = 0; o < 10; o++)
        {
            byte[] all = new byte[3 << 20];
            random.NextBytes(all);
            await Do(new StoreTransaction().Add(new WriteData(new ObjectId(1, "", $"o{o}"), 0, all)), true);
        }

        byte[] piece = new byte[4096];
        for (int i = 0; i < 25_000; i++)
        {
            random.NextBytes(piece);
            await Do(new StoreTransaction().Add(new WriteData(new ObjectId(1, "", $"o{random.Next(10)}"), (ulong)random.Next(768) * 4096, piece.ToArray())), i % 64 == 0);
        }

        Assert.Equal(model.Describe(), await StoreText.Describe(store));
        await store.DisposeAsync();
        FsckReport report = StoreTool.Fsck(directory.Directory);
        Assert.Empty(report.Errors);
        Assert.True(report.BytesVerified >= 30 << 20);
    }

    private static FsckReport Fsck(FaultStorage storage) => Tools.Fsck.Run(storage, Options);

    private static async Task<(List<string> States, int Acknowledged)> RunUntilFailure(FaultStorage storage, int seed)
    {
        var model = new ModelStore();
        var states = new List<string> { model.Describe() };
        var history = new History(seed, largeBytesMax: 100_000);
        int acknowledged = 0;
        ObjectStore? store = null;
        try
        {
            store = ObjectStore.Open(storage, Options);
            for (int i = 0; i < 60; i++)
            {
                (PgId pg, StoreTransaction transaction) = history.Next();
                model.Apply(pg, transaction);
                states.Add(model.Describe());
                await store.SubmitAsync(pg, transaction, CancellationToken.None);
                acknowledged = i + 1;
                if (i % 17 == 9)
                {
                    await store.CheckpointAsync();
                }
            }
        }
        catch (IOException)
        {
            // The store refuses; what was acknowledged counts.
        }

        if (store is not null)
        {
            await store.DisposeAsync();
        }

        return (states, acknowledged);
    }

    private static async Task<(FaultStorage Storage, string Content)> Filled(bool clean)
    {
        var storage = new FaultStorage();
        ObjectStore.Create(storage, TemporaryStore.Identity, Options);
        ObjectStore store = ObjectStore.Open(storage, Options);
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

    private static async Task FlipAndCheck(FaultStorage filled, string right, int flips)
    {
        var random = new Random(11);
        List<string> names = [.. filled.Names.Where(n => n.Value.Length > 0).Select(n => n.Key).Order(StringComparer.Ordinal)];
        int reported = 0;
        for (int flip = 0; flip < flips; flip++)
        {
            FaultStorage storage = filled.Copy();
            string file = names[flip % names.Count];
            FaultInode target = storage.Names[file];
            int bit = random.Next(target.Length * 8);
            target.Flip(bit);
            try
            {
                ObjectStore store = ObjectStore.Open(storage, Options);
                string found;
                try
                {
                    found = await StoreText.Describe(store);
                }
                finally
                {
                    await store.CloseAsync();
                }

                Assert.True(right == found, $"bit {bit} of {file} flipped: wrong content");
            }
            catch (IOException)
            {
                reported++;
            }
        }

        Assert.True(reported > 0, "no flip was ever noticed");
    }
}
