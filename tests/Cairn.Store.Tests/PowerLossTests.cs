using Cairn.Maps;
using Cairn.Objects.Transactions;
using Cairn.Store.Tests.Faults;
using Cairn.Store.Tests.Model;

namespace Cairn.Store.Tests;

/// <summary>
/// Cuts the power at every write and sync of random histories, starts again, and compares: what was acknowledged is there, whole, and what
/// is there beyond is whole too. CAIRN_STORE_SOAK_SEEDS=n runs n histories more.
/// </summary>
public sealed class PowerLossTests
{
    private const int TransactionsPerHistory = 60;

    [Fact]
    public async Task Every_cut_point_leaves_a_prefix_with_all_that_was_acknowledged()
    {
        int cuts = 0;
        int histories = 12 + int.Parse(Environment.GetEnvironmentVariable("CAIRN_STORE_SOAK_SEEDS") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        for (int seed = 1; seed <= histories; seed++)
        {
            cuts += await CutEverywhere(seed, honest: true);
        }

        Assert.True(cuts > 1000, $"{cuts} cut points");
    }

    [Fact]
    public async Task A_disk_that_skips_flushes_is_found_out() =>
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            for (int seed = 1; seed <= 5; seed++)
            {
                await CutEverywhere(seed, honest: false);
            }
        });

    private static async Task<int> CutEverywhere(int seed, bool honest)
    {
        (FaultStorage storage, List<string> states) = await Record(seed, honest);
        var cut = new PowerCut(storage.Events);
        int cuts = 0;
        for (int at = FirstAcknowledged(storage.Events); at <= storage.Events.Count; at++)
        {
            FaultStorage after = cut.At(at, (seed * 100_000) + at);
            await Check(after, states, cut.Acknowledged, $"seed {seed}, cut at {at} of {storage.Events.Count}");
            cuts++;
        }

        return cuts;
    }

    /// <summary>Runs a history, and notes the state after each transaction.</summary>
    private static async Task<(FaultStorage Storage, List<string> States)> Record(int seed, bool honest)
    {
        var storage = new FaultStorage { Honest = honest };
        StoreOptions options = TemporaryStore.Small with { WalBytesMax = 1 << 20, StagedBytesMax = 256 << 10, WalFileBytes = 256 << 10, IndexMemoryBytes = 8 << 20 };
        ObjectStore.Create(storage, TemporaryStore.Identity, options);
        storage.Record(new AcknowledgedEvent(0));
        ObjectStore store = ObjectStore.Open(storage, options);
        var history = new History(seed, largeBytesMax: 100_000);
        var random = new Random(seed);
        var model = new ModelStore();
        var states = new List<string> { model.Describe() };
        var sink = new RecordingSink(storage);
        for (int i = 0; i < TransactionsPerHistory; i++)
        {
            (PgId pg, StoreTransaction transaction) = history.Next();
            model.Apply(pg, transaction);
            states.Add(model.Describe());
            store.Submit(pg, transaction, sink, (ulong)(i + 1));
            if (random.Next(2) == 0)
            {
                await sink.WaitFor(i + 1);
            }

            switch (random.Next(15))
            {
                case 0:
                    await store.CheckpointAsync();
                    break;
                case 1:
                    await sink.WaitFor(i + 1);
                    await store.CloseAsync();
                    store = ObjectStore.Open(storage, options);
                    break;
            }
        }

        await store.DisposeAsync();
        return (storage, states);
    }

    private static async Task Check(FaultStorage storage, List<string> states, int acknowledged, string where)
    {
        string found;
        try
        {
            ObjectStore store = ObjectStore.Open(storage, TemporaryStore.Small);
            found = await StoreText.Describe(store);
            await store.CloseAsync();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{where}: {e.Message}", e);
        }

        int state = states.FindIndex(acknowledged, s => s == found);
        Assert.True(state >= 0, $"{where}: {acknowledged} acknowledged, found {states.IndexOf(found)}:\n{found}\nwanted:\n{states[acknowledged]}");
    }

    private static int FirstAcknowledged(IReadOnlyList<DiskEvent> events)
    {
        int at = 0;
        while (events[at] is not AcknowledgedEvent)
        {
            at++;
        }

        return at + 1;
    }

    private sealed class RecordingSink(FaultStorage storage) : ICommitSink
    {
        private readonly object _lock = new();
        private int _count;

        public void Committed(PgId pg, ulong token)
        {
            storage.Record(new AcknowledgedEvent((int)token));
            lock (_lock)
            {
                Assert.Equal(_count + 1, (int)token);
                _count = (int)token;
                Monitor.PulseAll(_lock);
            }
        }

        public Task WaitFor(int count) => Task.Run(() =>
        {
            lock (_lock)
            {
                while (_count < count)
                {
                    Assert.True(Monitor.Wait(_lock, 10_000), "no acknowledgement within 10 s");
                }
            }
        });
    }
}
