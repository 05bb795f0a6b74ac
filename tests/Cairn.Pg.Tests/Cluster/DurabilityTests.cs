using Cairn.Maps;
using Cairn.Objects.Operations;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Tests.Cluster;

/// <summary>What must not be said or done before something else is on stable media.</summary>
public sealed class DurabilityTests
{
    [Fact]
    public void A_copy_tells_of_nothing_that_a_crash_could_take_from_it()
    {
        var cluster = new TestCluster(3, 0, 1, 2);
        cluster.Run();
        cluster.Osds[0].DiskStalled = true;
        ulong write = cluster.Submit("a", new WriteFullOp(new byte[] { 1 }));
        cluster.Run();
        bool isTold = false;
        cluster.Passes = (from, _, message) =>
        {
            isTold |= from == new OsdId(0) && message is PgQuery or PgNotify or PgActivate;
            return true;
        };

        cluster.NextMap([0, 1]);
        cluster.RunFor(3000);
        Assert.False(isTold);

        cluster.Osds[0].DiskStalled = false;
        cluster.RunFor(3000);
        Assert.True(isTold);
        Assert.Equal(OpStatus.Ok, cluster.ReplyTo(write)!.Status);
    }

    [Fact]
    public void A_pg_that_splits_off_tells_of_nothing_until_the_split_is_durable()
    {
        var cluster = new TestCluster(3, 0, 1, 2);
        cluster.Run();
        cluster.Osds[1].DiskStalled = true; // What it is sent now is not durable before the split.
        foreach (int i in Enumerable.Range(0, 8))
        {
            cluster.Submit($"object-{i}", new WriteFullOp(new byte[] { 1 }));
        }

        cluster.Run();
        bool isTold = false;
        cluster.Passes = (from, _, message) =>
        {
            isTold |= from == new OsdId(1) && message is PgNotify or PgLogReply;
            return true;
        };
        cluster.NextMap(change: static m => m with { Pools = m.Pools.SetItem(1, m.Pools[1] with { PgNum = 2 }) });
        cluster.RunFor(3000);
        Assert.Equal(2, cluster.Osds[1].Pgs.Count);
        Assert.False(isTold);

        cluster.Osds[1].DiskStalled = false;
        cluster.RunFor(3000);
        Assert.True(isTold);
    }

    [Fact]
    public void What_was_to_follow_a_transaction_does_not_follow_the_removal_of_the_pg()
    {
        var cluster = new TestCluster(3, 0, 1, 2);
        cluster.Run();
        cluster.NextMap([0, 1]);
        cluster.Osds[0].DiskStalled = true; // Its activation is stored, but not yet durable.
        cluster.Run();
        cluster.NextMap(change: static m => m with { Pools = m.Pools.Clear() });
        cluster.Osds[0].DiskStalled = false;
        cluster.Run();
        Assert.All(cluster.Osds, o => Assert.False(o.Store.CollectionExists(cluster.Pg)));
    }

    [Fact]
    public void A_refused_write_that_is_sent_again_stays_refused()
    {
        var cluster = new TestCluster(3, 0, 1, 2);
        cluster.Run();
        cluster.Osds[0].Handle(cluster.Pg, new Inputs.StoreFullChanged(IsFull: true));
        ulong write = cluster.Submit("a", new WriteFullOp(new byte[] { 1 }));
        cluster.Run();
        Assert.Equal(OpStatus.NoSpace, cluster.ReplyTo(write)!.Status);

        cluster.Osds[0].Handle(cluster.Pg, new Inputs.StoreFullChanged(IsFull: false));
        cluster.Resend(write, "a", new WriteFullOp(new byte[] { 1 }));
        cluster.Run();
        Assert.Equal(OpStatus.NoSpace, cluster.ReplyTo(write)!.Status);
        Assert.Equal("NotFound", cluster.Read("a"));
    }
}
