using System.Text;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Tests.Cluster;

public sealed class MainPathTests
{
    [Fact]
    public void A_new_pg_becomes_active_and_clean()
    {
        var cluster = new TestCluster(3, 0, 1, 2);
        cluster.Run();
        Assert.Equal("active+clean", cluster.Primary.LastStats!.State);
    }

    [Fact]
    public void A_write_is_on_every_replica_and_reads_back()
    {
        var cluster = new TestCluster(3, 0, 1, 2);
        cluster.Run();
        Assert.Equal(OpStatus.Ok, cluster.Write("a", "one").Status);
        Assert.Equal("one", cluster.Read("a"));
        Assert.Equal(["a=one", "a=one", "a=one"], [cluster.Content(0), cluster.Content(1), cluster.Content(2)]);
    }

    [Fact]
    public void A_write_is_not_acknowledged_before_the_last_replica_has_it_on_disk()
    {
        var cluster = new TestCluster(3, 0, 1, 2);
        cluster.Run();
        cluster.Osds[2].DiskStalled = true;
        ulong sequence = cluster.Submit("a", new WriteFullOp(new byte[] { 1 }));
        cluster.RunFor(3000);
        Assert.Null(cluster.ReplyTo(sequence));
        cluster.Osds[2].DiskStalled = false;
        cluster.RunFor(1000);
        Assert.Equal(OpStatus.Ok, cluster.ReplyTo(sequence)!.Status);
    }

    [Fact]
    public void A_resent_write_is_answered_and_not_applied_again()
    {
        var cluster = new TestCluster(3, 0, 1, 2);
        cluster.Run();
        ulong sequence = cluster.Submit("a", new AppendOp(Encoding.UTF8.GetBytes("x")));
        cluster.Resend(sequence, "a", new AppendOp(Encoding.UTF8.GetBytes("x"))); // While it is in flight.
        cluster.Run();
        cluster.Resend(sequence, "a", new AppendOp(Encoding.UTF8.GetBytes("x"))); // And after.
        cluster.Run();
        Assert.Equal(3, cluster.Replies.Count(r => r.Reply.Status == OpStatus.Ok));
        Assert.Equal("x", cluster.Read("a"));
    }

    [Fact]
    public void A_lost_write_is_sent_again()
    {
        var cluster = new TestCluster(3, 0, 1, 2);
        cluster.Run();
        bool lost = false;
        cluster.Passes = (_, to, message) => lost || message is not RepOp || to.Value != 1 || !(lost = true);
        ulong first = cluster.Submit("a", new WriteFullOp(new byte[] { 1 }));
        ulong second = cluster.Submit("b", new WriteFullOp(new byte[] { 2 }));
        cluster.RunFor(3000);
        Assert.Equal(OpStatus.Ok, cluster.ReplyTo(first)!.Status);
        Assert.Equal(OpStatus.Ok, cluster.ReplyTo(second)!.Status);
    }

    [Fact]
    public void An_osd_that_was_away_catches_up_by_the_log()
    {
        var cluster = new TestCluster(3, 0, 1, 2);
        cluster.Run();
        cluster.Write("a", "one");
        cluster.Write("gone", "x");
        cluster.Down(2, 0, 1);
        cluster.Run();
        Assert.Equal("active+undersized+degraded", cluster.Primary.LastStats!.State);
        cluster.Write("a", "two");
        cluster.Write("b", "new");
        cluster.Do("gone", new RemoveOp());
        cluster.Up(2, 0, 1, 2);
        cluster.RunFor(5000);
        Assert.Equal("active+clean", cluster.Primary.LastStats!.State);
        Assert.Equal("a=two b=new", cluster.Content(2));
    }

    [Fact]
    public void A_primary_that_was_away_pulls_what_it_lacks()
    {
        var cluster = new TestCluster(3, 0, 1, 2);
        cluster.Run();
        cluster.Write("a", "one");
        cluster.Down(0, 1, 2);
        cluster.RunFor(3000);
        cluster.Write("a", "two");
        cluster.Up(0, 0, 1, 2);
        cluster.RunFor(5000);
        Assert.Equal("active+clean", cluster.Primary.LastStats!.State);
        Assert.Equal("two", cluster.Read("a"));
        Assert.Equal("a=two", cluster.Content(0));
    }

    [Fact]
    public void A_new_osd_is_backfilled_while_the_old_ones_serve()
    {
        var cluster = new TestCluster(4, 2, new PgOptions { LogEntriesMin = 4, LogEntriesMax = 4, LogTrimBatch = 1, BackfillScanMax = 5 }, [0, 1, 2]);
        cluster.Run();
        for (int i = 0; i < 40; i++)
        {
            cluster.Write($"o{i:00}", $"v{i}");
        }

        cluster.NextMap([3, 1, 2]);
        cluster.Run();
        cluster.Write("o00", "changed");
        cluster.Write("zz", "added");
        cluster.RunFor(5000);
        Assert.Equal("active+clean", cluster.Primary.LastStats!.State);
        Assert.Equal(3, cluster.Primary.Id.Value);
        Assert.Equal(cluster.Content(1), cluster.Content(3));
        Assert.Equal("changed", cluster.Read("o00"));
        Assert.Empty(cluster.Osds[0].Pgs); // The stray is gone.
        Assert.False(cluster.Osds[0].Store.CollectionExists(cluster.Pg));
    }

    [Fact]
    public void An_unacknowledged_write_of_a_dead_primary_is_undone()
    {
        var cluster = new TestCluster(3, 0, 1, 2);
        cluster.Run();
        cluster.Write("a", "one");
        cluster.Passes = static (_, _, message) => message is not RepOp;
        cluster.Submit("a", new WriteFullOp(Encoding.UTF8.GetBytes("lost")));
        cluster.Run();
        cluster.Passes = static (_, _, _) => true;
        Assert.Equal("a=lost", cluster.Content(0));
        cluster.Down(0, 1, 2);
        cluster.RunFor(2000);
        Assert.Equal("one", cluster.Read("a"));
        cluster.Write("b", "after");
        cluster.Up(0, 0, 1, 2);
        cluster.RunFor(5000);
        Assert.Equal("a=one b=after", cluster.Content(0));
        Assert.Equal("active+clean", cluster.Primary.LastStats!.State);
    }

    [Fact]
    public void With_fewer_than_min_size_operations_wait()
    {
        var cluster = new TestCluster(3, 0, 1, 2);
        cluster.Run();
        cluster.Down(2, 0, 1);
        cluster.Down(1, 0);
        cluster.RunFor(2000);
        ulong sequence = cluster.Submit("a", new WriteFullOp(new byte[] { 1 }));
        cluster.RunFor(3000);
        Assert.Null(cluster.ReplyTo(sequence));
        Assert.Contains("peered", cluster.Primary.LastStats!.State);
        cluster.Up(1, 0, 1);
        cluster.RunFor(3000);
        Assert.Equal(OpStatus.Ok, cluster.ReplyTo(sequence)!.Status);
    }

    [Fact]
    public void A_pg_waits_for_an_osd_that_may_hold_the_only_newest_writes()
    {
        var cluster = new TestCluster(3, 1, new PgOptions(), [0, 1, 2]);
        cluster.Run();
        cluster.Down(2, 0, 1);
        cluster.Run();
        cluster.Down(1, 0);
        cluster.Run();
        cluster.Write("a", "only on 0");
        cluster.Down(0);
        cluster.Up(1, 1);
        cluster.RunFor(3000);
        Assert.Equal("down+undersized", cluster.Primary.LastStats!.State);
        cluster.Up(0, 0, 1);
        cluster.RunFor(3000);
        Assert.Equal("only on 0", cluster.Read("a"));
    }

    [Fact]
    public void A_fenced_primary_serves_no_read_past_its_lease_and_the_next_one_waits_it_out()
    {
        var cluster = new TestCluster(3, 0, 1, 2);
        cluster.Run();
        cluster.Write("a", "one");
        Assert.Equal("one", cluster.Read("a"));
        cluster.Passes = static (from, to, _) => from.Value != 0 && to.Value != 0;
        ulong early = cluster.Submit("a", new ReadOp(0, 0));
        cluster.Run();
        Assert.NotNull(cluster.ReplyTo(early));
        cluster.RunFor(cluster.Options.ReadLeaseMs);
        ulong late = cluster.Submit("a", new ReadOp(0, 0));
        cluster.RunFor(2000);
        Assert.Null(cluster.ReplyTo(late));
    }

    [Fact]
    public void A_split_moves_objects_and_log_to_the_children()
    {
        var cluster = new TestCluster(3, 0, 1, 2);
        cluster.Run();
        for (int i = 0; i < 16; i++)
        {
            cluster.Write($"o{i:00}", $"v{i}");
        }

        cluster.NextMap(null, m => m with { Pools = m.Pools.SetItem(1, m.Pools[1] with { PgNum = 4, PgpNum = 1 }) });
        cluster.RunFor(5000);
        for (int i = 0; i < 16; i++)
        {
            Assert.Equal($"v{i}", cluster.Read($"o{i:00}"));
        }

        Assert.Equal(4, cluster.Osds[1].Pgs.Count);
        Assert.Equal(16, cluster.Osds[0].Pgs.Values.Sum(static p => p.Info.ObjectCount));
        cluster.Osds[2].Kill();
        cluster.Osds[2].Start();
        Assert.Equal(4, cluster.Osds[2].Pgs.Count);
    }

    [Fact]
    public void A_large_object_is_recovered_in_pieces_with_all_that_belongs_to_it()
    {
        var cluster = new TestCluster(3, 2, new PgOptions { RecoveryChunkBytes = 7 }, [0, 1, 2]);
        cluster.Run();
        cluster.Down(2, 0, 1);
        cluster.Run();
        var values = Enumerable.Range(0, 700).Select(i => new KeyValuePair<string, ReadOnlyMemory<byte>>($"k{i:000}", new byte[] { (byte)i })).ToList();
        cluster.Do("big", new WriteFullOp(Encoding.UTF8.GetBytes("a text that is longer than one piece")), new SetXattrOp("x", new byte[] { 9 }), new OmapSetOp(values));
        cluster.Up(2, 0, 1, 2);
        cluster.RunFor(3000);
        Assert.Equal("big=a text that is longer than one piece", cluster.Content(2));
        Assert.Equal(700, cluster.Osds[2].Store.GetOmapRange(cluster.Pg, cluster.Object("big"), null, 1000).Count);
        Assert.Equal([9], cluster.Osds[2].Store.GetXattr(cluster.Pg, cluster.Object("big"), "x"));
        Assert.Equal("active+clean", cluster.Primary.LastStats!.State);
    }

    [Fact]
    public void A_bad_copy_on_the_primary_is_replaced_and_the_read_served()
    {
        var cluster = new TestCluster(3, 0, 1, 2);
        cluster.Run();
        cluster.Write("a", "good");
        cluster.Osds[0].Store.Corrupt(cluster.Pg, cluster.Object("a"));
        Assert.Equal("good", cluster.Read("a"));
        Assert.Equal("a=good", cluster.Content(0));
    }

    [Fact]
    public void A_removed_pool_takes_its_pgs_along()
    {
        var cluster = new TestCluster(3, 0, 1, 2);
        cluster.Run();
        cluster.Write("a", "one");
        cluster.NextMap(null, static m => m with { Pools = m.Pools.Remove(1) });
        cluster.Run();
        Assert.All(cluster.Osds, static o => Assert.Empty(o.Store.ListCollections()));
    }
}
