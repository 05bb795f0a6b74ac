using Cairn.Maps;
using Cairn.Objects.Operations;
using Cairn.Objects.Transactions;
using Cairn.Pg.Storage;

namespace Cairn.Pg.Tests.Cluster;

/// <summary>What a copy would know after a restart is what it knows.</summary>
public sealed class StoredStateTests
{
    private static readonly PgOptions ShortLogs = new() { LogEntriesMin = 8, LogEntriesMax = 12, LogTrimBatch = 2, DupsTracked = 20 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_happens_to_a_pg_its_stored_state_is_its_state(int seed)
    {
        var random = new Random(seed);
        var cluster = new TestCluster(4, 2, ShortLogs, [0, 1, 2]);
        cluster.Run();
        int down = -1;
        for (int step = 0; step < 60; step++)
        {
            switch (random.Next(12))
            {
                case 0 when down < 0:
                    down = random.Next(3);
                    Write(cluster, random); // Perhaps not everywhere before it dies: divergent then.
                    cluster.Down(down, [.. Enumerable.Range(0, 3).Where(o => o != down)]);
                    break;
                case 1 when down >= 0:
                    cluster.Up(down, 0, 1, 2);
                    down = -1;
                    break;
                case 2 when down < 0:
                    cluster.NextMap(random.Next(2) == 0 ? [1, 0, 2] : [0, 1, 2]);
                    break;
                case 3 when step > 30 && cluster.Map.Pools[1].PgNum < 4:
                    cluster.NextMap(change: static m => m with { Pools = m.Pools.SetItem(1, m.Pools[1] with { PgNum = m.Pools[1].PgNum * 2 }) });
                    break;
                case 4:
                    cluster.RunFor(1000);
                    break;
                default:
                    Write(cluster, random);
                    break;
            }

            cluster.Run();
            AssertStored(cluster);
        }
    }

    [Fact]
    public void A_copy_whose_log_is_metadata_as_older_programs_wrote_it_goes_on_with_it()
    {
        var cluster = new TestCluster(3, 2, ShortLogs, [0, 1, 2]);
        cluster.Run();
        for (int i = 0; i < 30; i++)
        {
            cluster.Write($"object-{i % 7}", $"text {i}");
        }

        TestOsd osd = cluster.Osds[1];
        int logged = osd.Store.ListLog(cluster.Pg).Count;
        StoreTransaction old = new StoreTransaction().Add(new ClearLog());
        foreach (var (version, value) in osd.Store.ListLog(cluster.Pg))
        {
            old.Add(new SetMeta($"log.{version.Epoch.Value:x8}.{version.Version:x16}", value));
        }

        cluster.RunFor(2000);
        osd.Store.Flush(osd.Store.Submit(cluster.Pg, old));
        cluster.Down(1, 0, 2);
        cluster.Write("object-1", "while it was away");
        cluster.Up(1, 0, 1, 2);
        cluster.RunFor(2000);

        Assert.Empty(osd.Store.ListMeta(cluster.Pg, "log.", "log/"));
        Assert.InRange(osd.Store.ListLog(cluster.Pg).Count, logged, logged + 1);
        AssertStored(cluster);
        for (int i = 0; i < 30; i++)
        {
            cluster.Write($"object-{i % 7}", $"new {i}");
        }

        AssertStored(cluster);
        Assert.Equal(cluster.Content(0), cluster.Content(1));
    }

    private static void Write(TestCluster cluster, Random random)
    {
        ObjectOp op = random.Next(4) == 0 ? new RemoveOp() : new WriteFullOp(new byte[random.Next(1, 100)]);
        cluster.Submit($"object-{random.Next(20)}", op);
    }

    private static void AssertStored(TestCluster cluster)
    {
        foreach (TestOsd osd in cluster.Osds.Where(static o => o.IsAlive))
        {
            foreach (PlacementGroup pg in osd.Pgs.Values)
            {
                StoredPg stored = PgStorage.Read(osd.Store, pg.Id);
                Assert.Equal(Describe(pg.Info, pg.Core.Log, pg.Core.Missing), Describe(stored.Info, stored.Log, stored.Missing));

                // The store may remember requests of a PG split off that a merge dropped here.
                Assert.Subset(stored.Log.ListDups().ToHashSet(), pg.Core.Log.ListDups().ToHashSet());
            }
        }
    }

    private static string Describe(PgInfo info, PgLog log, MissingSet missing) => string.Join(
        '\n',
        [
            $"{info.LastUpdate} {info.LogTail} {info.ObjectCount} {info.Bytes} {log.Head} {log.Tail}",
            .. Enumerable.Range(0, log.Count).Select(i => log[i].ToString()),
            .. missing.Items.Select(static m => m.ToString()),
        ]);
}
