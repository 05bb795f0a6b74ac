using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Devices;
using Cairn.Store.Engine;
using Cairn.Store.Index;
using Cairn.Store.Reading;
using Cairn.Store.Tests.Faults;
using Cairn.Store.Tests.Model;
using Cairn.Store.Tools;

namespace Cairn.Store.Tests.PowerLoss;

/// <summary>
/// A random history on a recording disk. Whatever a crash leaves is a prefix of it, so it can be gone on with from there, and crash again.
/// </summary>
internal sealed class CrashHistory
{
    /// <summary>How much a store that has crashed does before it crashes again.</summary>
    public const int FurtherTransactions = 8;

    private const int EventsMeanwhile = 20;
    private static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(10);
    private static readonly IndexPool Indexes = new();

    /// <summary>Everything small: within a few transactions files roll, segments fill, and maintenance has work.</summary>
    private readonly StoreOptions _options = TemporaryStore.Small with
    {
        WalBytesMax = 1 << 20,
        StagedBytesMax = 128 << 10,
        WalFileBytes = 256 << 10,
        IndexMemoryBytes = 8 << 20,
        IndexPool = Indexes,
        WalSealAfter = TimeSpan.FromMilliseconds(1),
    };

    private readonly List<(PgId Pg, StoreTransaction Transaction)> _transactions = [];
    private readonly List<string> _states = [];

    /// <summary>What was found on disks already looked at, by their digests.</summary>
    private readonly Dictionary<UInt128, string> _found = [];
    private readonly int _seed;
    private readonly bool _onDevice;

    private readonly int _count;
    private readonly bool _churn;

    /// <param name="onDevice">The store is on a raw device, which is the recording disk's only file.</param>
    /// <param name="churn">Little is alive in a store so small that segments are cleaned and written anew all the time; else a bit of everything.</param>
    public CrashHistory(int seed, bool onDevice, bool churn)
    {
        _seed = seed;
        _onDevice = onDevice;
        _churn = churn;
        _count = churn ? 110 : 60;
        _options = churn ? _options with { CapacityBytes = 6 << 20 } : _options;
        var history = new History(seed, largeBytesMax: 100_000);
        var random = new Random(seed);
        var model = new ModelStore();
        _states.Add(model.Describe());
        for (int i = 0; i < _count + FurtherTransactions; i++)
        {
            (PgId pg, StoreTransaction transaction) = churn ? Overwrite(i, random) : history.Next();
            _transactions.Add((pg, transaction));
            model.Apply(pg, transaction);
            _states.Add(model.Describe());
        }
    }

    /// <summary>How many different disks were looked at.</summary>
    public int DisksSeen => _found.Count;

    /// <summary>Runs the whole history on a new disk.</summary>
    public async Task<FaultStorage> Record(bool honest)
    {
        var storage = new FaultStorage { Honest = honest };
        if (_onDevice)
        {
            FaultDevice.Make(storage).Dispose();
        }

        ObjectStore.Create(StorageOf(storage), TemporaryStore.Identity, _options);
        storage.Record(new AcknowledgedEvent(0));
        if (_churn)
        {
            // Much is written between the beginning of a checkpoint and its end, unless what is to come waits for it.
            storage.Fault = (call, name) =>
            {
                if (call == DiskCall.Write && name.StartsWith("index/", StringComparison.Ordinal))
                {
                    storage.AwaitEvents(EventsMeanwhile, LongestHold);
                }
            };
        }

        await Run(storage, 0, _count, new Random(_seed));
        return storage;
    }

    /// <summary>Opens the store and goes on behind the first <paramref name="done"/> transactions, with checkpoints and restarts between.</summary>
    public async Task Run(FaultStorage storage, int done, int count, Random random)
    {
        ObjectStore store = ObjectStore.Open(StorageOf(storage), _options);
        var sink = new RecordingSink(storage, done);
        for (int i = done; i < done + count; i++)
        {
            (PgId pg, StoreTransaction transaction) = _transactions[i];
            store.Submit(pg, transaction, sink, (ulong)(i + 1));
            if (random.Next(_churn ? 8 : 2) == 0)
            {
                await sink.WaitFor(i + 1);
            }

            switch (random.Next(15))
            {
                case 0:
                    await store.CheckpointAsync();
                    break;
                case 1:
                    await store.CloseAsync();
                    store = ObjectStore.Open(StorageOf(storage), _options);
                    break;
            }
        }

        await (random.Next(3) == 0 ? store.CloseAsync() : store.DisposeAsync());
    }

    /// <summary>Loads the store that a crash left, and requires what was acknowledged, nothing by halves, and a clean fsck.</summary>
    /// <returns>How many transactions are there.</returns>
    public async Task<int> Check(FaultStorage storage, int acknowledged, string where)
    {
        // Between two writes nothing on the disk changes: what was found on it once is compared with what was acknowledged since.
        UInt128 digest = storage.Digest();
        if (!_found.TryGetValue(digest, out string? found))
        {
            found = await Look(storage, where);
            _found.Add(digest, found);
        }

        int state = _states.FindIndex(acknowledged, s => s == found);
        Assert.True(
            state >= 0, $"seed {_seed}, {where}: {acknowledged} acknowledged, found {_states.IndexOf(found)}:\n{found}\nwanted:\n{_states[acknowledged]}");
        return state;
    }

    private async Task<string> Look(FaultStorage storage, string where)
    {
        try
        {
            using EngineContext engine = StoreLoader.Load(StorageOf(storage), _options);
            IReadOnlyList<string> errors = Fsck.Run(engine).Errors;
            Assert.True(errors.Count == 0, $"seed {_seed}, {where}: fsck: {string.Join("; ", errors)}");
            return await StoreText.Describe(new StoreView(engine));
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"seed {_seed}, {where}: {e.Message}", e);
        }
    }

    /// <summary>Of each segment an eighth stays alive for longer than it takes to write all segments: none is free without cleaning.</summary>
    private static (PgId Pg, StoreTransaction Transaction) Overwrite(int number, Random random)
    {
        byte[] data = new byte[64 << 10];
        random.NextBytes(data);
        int eighth = number % 8;
        string name = eighth == 0 ? $"cold{number / 8 % 14}" : $"hot{eighth}";
        StoreTransaction transaction = new StoreTransaction().Add(new CreateCollection()).Add(new WriteData(new ObjectId(1, "", name), 0, data));
        return (new PgId(1, 0), transaction.Add(new SetMeta("n", BitConverter.GetBytes(number))));
    }

    private IBlockStorage StorageOf(FaultStorage disk) => _onDevice ? new DeviceStorage(disk.Open(FaultDevice.Name, create: false)) : disk;

    private sealed class RecordingSink(FaultStorage storage, int count) : ICommitSink
    {
        private readonly object _lock = new();
        private int _count = count;

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
                    Assert.True(Monitor.Wait(_lock, 60_000), "no acknowledgement within a minute");
                }
            }
        });
    }
}
