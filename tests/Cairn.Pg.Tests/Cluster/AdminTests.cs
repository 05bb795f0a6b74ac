using System.Text;
using Cairn.Pg.Inputs;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Tests.Cluster;

public sealed class AdminTests
{
    [Theory]
    [InlineData(false, "NotFound")]
    [InlineData(true, "NotFound")]
    public void Unfound_objects_wait_until_an_admin_gives_up_on_them(bool delete, string expected)
    {
        TestCluster cluster = WithUnfound();
        ulong read = cluster.Submit("a", new Objects.Operations.ReadOp(0, 0));
        cluster.RunFor(3000);
        Assert.Null(cluster.ReplyTo(read));
        Assert.Contains("recovery_unfound", cluster.Primary.LastStats!.State);
        cluster.Primary.Handle(cluster.Pg, new MarkUnfoundLost(delete));
        cluster.RunFor(3000);
        Assert.Equal(expected, cluster.ReplyTo(read)!.Status.ToString());
        Assert.DoesNotContain("unfound", cluster.Primary.LastStats!.State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_given_up_is_not_counted_once_the_pg_is_clean(bool delete)
    {
        TestCluster cluster = WithUnfound();
        cluster.Primary.Handle(cluster.Pg, new MarkUnfoundLost(delete));
        cluster.RunFor(3000);
        cluster.Up(2, 1, 2);
        cluster.Up(0, 1, 2, 0);
        cluster.RunFor(10_000);
        Assert.Contains("active+clean", cluster.Primary.LastStats!.State);
        Assert.All([0, 1, 2], osd =>
        {
            Assert.Equal("", cluster.Content(osd));
            Assert.Equal((0, 0), (cluster.Osds[osd][cluster.Pg].Info.ObjectCount, cluster.Osds[osd][cluster.Pg].Info.Bytes));
        });
    }

    /// <summary>The copies that know of the object's newest version by their logs never got it, and the one that has it is lost.</summary>
    private static TestCluster WithUnfound()
    {
        var cluster = new TestCluster(3, 1, new PgOptions(), [0, 1, 2]);
        cluster.Run();
        cluster.Down(1, 0, 2);
        cluster.Run();
        cluster.Down(2, 0);
        cluster.Run();
        cluster.Write("a", "only on 0");
        cluster.Passes = static (_, _, message) => message is not Push;
        cluster.Up(1, 0, 1);
        cluster.RunFor(1500);
        cluster.Down(0, 1);
        cluster.RunFor(1500);
        cluster.Passes = static (_, _, _) => true;
        return cluster;
    }
}
