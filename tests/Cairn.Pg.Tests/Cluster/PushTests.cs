using System.Text;
using Cairn.Maps;
using Cairn.Objects.Operations;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Tests.Cluster;

/// <summary>Objects that are sent in several pieces, to copies that may lose any piece or answer, or the primary.</summary>
public sealed class PushTests
{
    private const string Text = "in several pieces";

    [Fact]
    public void A_copy_that_has_the_object_whole_is_left_alone_while_another_still_lacks_it()
    {
        TestCluster cluster = WithTwoBehind();
        bool isWhole = false;
        cluster.Passes = (from, to, message) =>
        {
            Assert.False(isWhole && to == new OsdId(1) && message is Push, "the copy is written once more");
            isWhole |= from == new OsdId(1) && message is PushReply { From.DataOffset: 16 };
            return message is not PushReply { From.DataOffset: 16 } || from != new OsdId(2);
        };
        cluster.RunFor(10 * cluster.Options.ResendMs);
        Assert.True(isWhole);

        cluster.Passes = static (_, _, _) => true;
        cluster.RunFor(10 * cluster.Options.ResendMs);
        Assert.Equal($"a={Text}", cluster.Content(2));
    }

    [Fact]
    public void A_copy_that_is_being_rewritten_is_not_taken_for_whole_when_the_interval_ends_on_the_way()
    {
        TestCluster cluster = WithTwoBehind();
        int firstPieces = 0;
        cluster.Passes = (_, to, message) =>
        {
            firstPieces += message is Push { From.DataOffset: 0 } && to == new OsdId(1) ? 1 : 0;
            return message is not PushReply { From.DataOffset: 16 } && (firstPieces < 2 || message is not Push { From.DataOffset: > 0 });
        };
        cluster.RunFor(10 * cluster.Options.ResendMs);
        Assert.True(firstPieces > 1, "the answers are lost, so it is sent again");

        cluster.Down(2, 0, 1);
        cluster.Passes = static (_, _, _) => true;
        cluster.RunFor(10 * cluster.Options.ResendMs);
        Assert.Equal($"a={Text}", cluster.Content(1));
    }

    [Fact]
    public void An_object_that_is_rotten_here_is_fetched_from_a_copy_outside_of_the_acting_set()
    {
        var cluster = new TestCluster(5, 0, 1, 2);
        cluster.Run();
        cluster.Write("a", Text);
        Assert.True(cluster.Osds[0].Store.Corrupt(cluster.Pg, cluster.Object("a")));
        cluster.NextMap([0, 3, 4]);
        cluster.RunFor(10 * cluster.Options.ResendMs);
        Assert.Equal(Text, cluster.Read("a"));
        Assert.All([0, 3, 4], osd => Assert.Equal($"a={Text}", cluster.Content(osd)));
    }

    /// <summary>Only osd.0 has the object; osd.1 and osd.2 are back, and know of it.</summary>
    private static TestCluster WithTwoBehind()
    {
        var cluster = new TestCluster(3, 1, new PgOptions { RecoveryChunkBytes = 4 }, [0, 1, 2]);
        cluster.Run();
        cluster.Down(1, 0, 2);
        cluster.Down(2, 0);
        cluster.Run();
        cluster.Do("a", new WriteFullOp(Encoding.UTF8.GetBytes(Text)));
        cluster.Passes = static (_, _, message) => message is not Push;
        cluster.Up(1, 0, 1);
        cluster.Up(2, 0, 1, 2);
        return cluster;
    }
}
