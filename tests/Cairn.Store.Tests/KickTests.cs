using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Tests.Faults;

namespace Cairn.Store.Tests;

/// <summary>Transactions submitted with more to come: the submitter sets the disk going, once for all of them.</summary>
public sealed class KickTests
{
    private const int Count = 200;
    private const int Rounds = 20;

    private static readonly PgId Pg = new(1, 0);

    /// <summary>Nothing sets the disk going but the submitter. Little may be under way: most submissions wait for those before them, which nobody else sets going.</summary>
    private static readonly StoreOptions Narrow = TemporaryStore.Small with { InFlightTransactionsMax = 3, WalSealAfter = Timeout.InfiniteTimeSpan };

    [Fact]
    public async Task They_become_durable_when_the_submitter_says_so_or_waits_for_room()
    {
        var storage = new FaultStorage();
        ObjectStore.Create(storage, TemporaryStore.Identity, Narrow);
        await using ObjectStore store = ObjectStore.Open(storage, Narrow);
        await store.SubmitAsync(Pg, new StoreTransaction().Add(new CreateCollection()), CancellationToken.None);
        for (int round = 1; round <= Rounds; round++)
        {
            int count = Count / round;
            var sink = new CountingSink(count);
            await Task.Run(() => SubmitAll(store, sink, count), TestContext.Current.CancellationToken);
            await sink.AllDurable;
        }
    }

    private static void SubmitAll(ObjectStore store, CountingSink sink, int count)
    {
        for (int i = 0; i < count; i++)
        {
            var write = new WriteData(new ObjectId(1, "", $"o{i % 7}"), 0, new byte[100]);
            store.Submit(Pg, new StoreTransaction().Add(write), sink, (ulong)i, more: true);
        }

        store.Kick();
    }

    private sealed class CountingSink(int expected) : ICommitSink
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _durable;

        public Task AllDurable => _all.Task;

        public void Committed(PgId pg, ulong token)
        {
            Assert.Equal((ulong)_durable, token);
            if (++_durable == expected)
            {
                _all.SetResult();
            }
        }
    }
}
