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
    [InlineData(InjectedFault.Error)]
    [InlineData(InjectedFault.ErrorOnce)]
    [InlineData(InjectedFault.Full)]
    [InlineData(InjectedFault.FullOnce)]
    [InlineData(InjectedFault.ShortWrite)]
    [InlineData(InjectedFault.Slow)]
    public async Task Whatever_call_fails_the_store_stops_or_goes_on_and_a_restart_finds_all_that_was_acknowledged(InjectedFault fault)
    {
        int stops = 0;
        int runs = 0;
        for (int failing = 1; failing < 400; failing += 13, runs++)
        {
            var storage = new FaultStorage();
            ObjectStore.Create(storage, TemporaryStore.Identity, Options);
            int calls = 0;
            storage.Fault = (call, name) =>
            {
                // Reading is not among them: what cannot be read is an error to the reader only, or fails the start.
                if (call is not (DiskCall.Read or DiskCall.Open))
                {
                    Inject(fault, Interlocked.Increment(ref calls) - failing, $"{call} {name}: injected");
                }
            };
            (List<string> states, int acknowledged) = await RunUntilFailure(storage, failing);
            stops += acknowledged < states.Count - 1 ? 1 : 0;

            storage.Fault = null;
            Assert.Empty(Fsck(storage).Errors);
            ObjectStore store = ObjectStore.Open(storage, Options);
            string found = await StoreText.Describe(store);
            await store.CloseAsync();
            Assert.True(states.FindIndex(acknowledged, s => s == found) >= 0, $"failing call {failing}: {acknowledged} acknowledged, found {states.IndexOf(found)}");
        }

        Assert.True(fault == InjectedFault.Slow ? stops == 0 : stops > 5, $"{stops} of {runs} runs met a failure");
    }

    [Fact]
    public async Task A_start_that_cannot_read_says_so_and_a_later_one_succeeds()
    {
        (FaultStorage storage, string content) = await FilledStorage.Make(Options, clean: false);
        for (int failing = 1; failing < 40; failing++)
        {
            FaultStorage copy = storage.Copy();
            int calls = 0;
            copy.Fault = (call, name) =>
            {
                if (call is DiskCall.Read or DiskCall.Open && ++calls == failing)
                {
                    throw new IOException($"{call} {name}: injected");
                }
            };
            try
            {
                await ObjectStore.Open(copy, Options).CloseAsync();
            }
            catch (IOException)
            {
                // Said so.
            }

            copy.Fault = null;
            ObjectStore store = ObjectStore.Open(copy, Options);
            Assert.Equal(content, await StoreText.Describe(store));
            await store.CloseAsync();
        }
    }

    [Fact]
    public async Task A_block_that_cannot_be_read_fails_its_readers_only()
    {
        (FaultStorage storage, string content) = await FilledStorage.Make(Options with { CacheBytesMax = 0 }, clean: true);
        ObjectStore store = ObjectStore.Open(storage, Options with { CacheBytesMax = 0 });
        storage.Fault = (call, name) =>
        {
            if (call == DiskCall.Read && name.StartsWith("data/", StringComparison.Ordinal))
            {
                throw new IOException($"{name}: injected");
            }
        };
        await Assert.ThrowsAsync<ObjectCorruptException>(() => StoreText.Describe(store));
        Assert.False(store.Failed.IsCompleted);
        storage.Fault = null;
        Assert.Equal(content, await StoreText.Describe(store));
        await store.DisposeAsync();
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
    public async Task A_store_that_holds_more_than_its_file_system_leaves_it_still_removes()
    {
        var storage = new FaultStorage();
        ObjectStore.Create(storage, TemporaryStore.Identity, TemporaryStore.Small);
        ObjectStore store = ObjectStore.Open(storage, TemporaryStore.Small);
        storage.Fault = (call, name) =>
        {
            if (call is DiskCall.Allocate or DiskCall.Write && name.StartsWith("data/", StringComparison.Ordinal) && string.CompareOrdinal(name, "data/000024") >= 0)
            {
                throw new DiskFullException($"{name}: injected");
            }
        };
        var pg = new PgId(1, 0);
        await store.SubmitAsync(pg, new StoreTransaction().Add(new CreateCollection()), CancellationToken.None);
        int written = 0;
        await Assert.ThrowsAsync<StoreFullException>(async () =>
        {
            for (; written < 100; written++)
            {
                await store.SubmitAsync(pg, new StoreTransaction().Add(new WriteData(new ObjectId(1, "", $"o{written}"), 0, new byte[256 << 10])), CancellationToken.None);
            }
        });
        Assert.True(store.Usage.UsedBytes > store.Usage.TotalBytes, $"{store.Usage}");
        for (int i = 0; i < written; i++)
        {
            await store.SubmitAsync(pg, new StoreTransaction().Add(new RemoveObject(new ObjectId(1, "", $"o{i}"))), CancellationToken.None);
        }

        Assert.Equal(0, store.Usage.DataBytes);
        await store.DisposeAsync();
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

    private static void Inject(InjectedFault fault, int callsBehindFirst, string message)
    {
        bool once = fault is InjectedFault.ErrorOnce or InjectedFault.FullOnce or InjectedFault.ShortWrite;
        if (fault == InjectedFault.Slow)
        {
            Thread.Sleep(callsBehindFirst % 7 == 0 ? 3 : 0);
        }
        else if (callsBehindFirst == 0 || callsBehindFirst > 0 && !once)
        {
            throw fault switch
            {
                InjectedFault.Full or InjectedFault.FullOnce => new DiskFullException(message),
                InjectedFault.ShortWrite => new ShortWriteException(message),
                _ => new IOException(message),
            };
        }
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
}
