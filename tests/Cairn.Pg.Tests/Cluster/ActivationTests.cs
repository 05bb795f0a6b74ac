using Cairn.Maps;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Tests.Cluster;

public sealed class ActivationTests
{
    [Fact]
    public void An_activation_that_is_begun_anew_within_its_interval_is_told_to_every_copy()
    {
        TestCluster cluster = ActivatingWithAPastMemberElsewhere();
        cluster.Down(3, 0, 1, 2); // Nobody of the acting set: peering starts over, the interval goes on.
        cluster.Run();
        cluster.Osds[0].DiskStalled = false;
        cluster.RunFor(3000);
        Assert.Contains("active", cluster.Primary.LastStats!.State);
        Assert.All([0, 1, 2], osd =>
        {
            PgInfo info = cluster.Osds[osd][cluster.Pg].Info;
            Assert.Equal(info.History.LastEpochStarted, info.LastEpochStarted);
        });

        cluster.Down(0, 1, 2); // For ever: the others must do.
        cluster.RunFor(3000);
        Assert.Equal("text", cluster.Read("a"));
    }

    /// <summary>All replicas have gone active, the primary's disk has not stored yet that it has; osd.3 was a member before, and is up.</summary>
    private static TestCluster ActivatingWithAPastMemberElsewhere()
    {
        var cluster = new TestCluster(4, 0, 1, 2);
        cluster.Run();
        cluster.Write("a", "text");
        cluster.Passes = static (_, _, message) => message is not PgRemove;
        cluster.NextMap([0, 1, 3]);
        cluster.RunFor(5000);
        cluster.Passes = (_, _, message) =>
        {
            cluster.Osds[0].DiskStalled |= message is PgActivate;
            return true;
        };
        cluster.NextMap([0, 1, 2]);
        cluster.Run();
        Assert.True(cluster.Osds[0].DiskStalled);
        return cluster;
    }
}
