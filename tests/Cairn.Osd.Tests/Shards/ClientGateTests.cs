using System.Collections.Immutable;
using Cairn.Crush;
using Cairn.Maps;
using Cairn.Maps.Auth;
using Cairn.Messaging;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Osd.Shards;

namespace Cairn.Osd.Tests.Shards;

public sealed class ClientGateTests
{
    private const ulong Incarnation = 4711;

    private static readonly EntityName Backup = EntityName.Client("backup");

    private readonly ClientGate _gate = new();

    private OsdMap _map = new()
    {
        Fsid = Guid.Empty,
        Crush = CrushMap.CreateDefault(),
        Pools = PoolsOf("a", "b"),
    };

    [Fact]
    public void Daemons_and_the_administrator_may_do_all()
    {
        Assert.Null(_gate.Refusal(_map, EntityName.Osd(1), Write(1, "o")));
        Assert.Null(_gate.Refusal(_map, EntityName.Client("admin"), Write(1, "o")));
    }

    [Fact]
    public void A_client_without_an_entry_may_do_nothing_and_is_told_so()
    {
        OsdOpReply? refusal = _gate.Refusal(_map, Backup, Read(1, "o"));
        Assert.Equal(OpStatus.PermissionDenied, refusal!.Status);
        Assert.Equal("client.backup may not read there: its capability is osd ''", refusal.Message);
    }

    [Fact]
    public void A_client_may_do_what_it_was_given_and_no_longer_once_it_was_taken_away()
    {
        Give("allow rw pool=a, allow r pool=b");
        Assert.Null(_gate.Refusal(_map, Backup, Write(1, "o")));
        Assert.Null(_gate.Refusal(_map, Backup, Read(2, "o")));
        Assert.Equal(OpStatus.PermissionDenied, _gate.Refusal(_map, Backup, Write(2, "o"))!.Status);
        Give("allow r pool=a");
        Assert.Equal(OpStatus.PermissionDenied, _gate.Refusal(_map, Backup, Write(1, "o"))!.Status);
    }

    [Fact]
    public void A_write_that_asserts_something_needs_to_read_too()
    {
        Give("allow w");
        Assert.Null(_gate.Refusal(_map, Backup, Write(1, "o")));
        Assert.NotNull(_gate.Refusal(_map, Backup, Operation(1, new ObjectId(1, "", "o"), new AssertExistsOp(), new WriteFullOp(default))));
    }

    [Fact]
    public void A_listing_is_confined_to_the_namespace_and_not_to_be_had_by_a_prefix()
    {
        Give("allow r pool=a namespace=n");
        Assert.Null(_gate.Refusal(_map, Backup, Operation(1, null, new ListObjectsOp(null, 10, "n"))));
        Assert.NotNull(_gate.Refusal(_map, Backup, Operation(1, null, new ListObjectsOp(null, 10, null))));
        Give("allow r object_prefix log.");
        Assert.NotNull(_gate.Refusal(_map, Backup, Operation(1, null, new ListObjectsOp(null, 10, ""))));
    }

    [Fact]
    public void An_object_of_another_pool_than_its_PG_is_no_way_in()
    {
        Give("allow rw pool=a");
        Assert.NotNull(_gate.Refusal(_map, Backup, Operation(1, new ObjectId(2, "", "o"), new WriteFullOp(default))));
        Assert.NotNull(_gate.Refusal(_map, Backup, Operation(2, new ObjectId(1, "", "o"), new WriteFullOp(default))));
    }

    [Theory]
    [InlineData("client.backup", true)]
    [InlineData("client.backup:4711", true)]
    [InlineData("client.backup:4712", false)]
    [InlineData("client.other", false)]
    public void A_client_on_the_blocklist_is_refused_whatever_it_may_do(string banned, bool refused)
    {
        Give("allow *");
        _map = _map with { Blocklist = _map.Blocklist.Add(banned, long.MaxValue) };
        Assert.Equal(refused ? OpStatus.Blocklisted : null, _gate.Refusal(_map, Backup, Read(1, "o"))?.Status);
    }

    private void Give(string caps) => _map = _map with { Auth = _map.Auth.SetItem("client.backup", new ClientCaps("allow r", caps)) };

    private static OsdOp Read(long pool, string name) => Operation(pool, new ObjectId(pool, "", name), new ReadOp(0, 0));

    private static OsdOp Write(long pool, string name) => Operation(pool, new ObjectId(pool, "", name), new WriteFullOp(default));

    private static OsdOp Operation(long pool, ObjectId? target, params ObjectOp[] steps) =>
        new(new RequestId(Incarnation, 1), new PgId(pool, 0), target, new Epoch(1), steps);

    private static ImmutableSortedDictionary<long, Pool> PoolsOf(params string[] names) =>
        ImmutableSortedDictionary.CreateRange(
            names.Select((name, i) => KeyValuePair.Create(i + 1L, new Pool { Id = i + 1, Name = name, Size = 3, MinSize = 2, PgNum = 8, PgpNum = 8, CrushRule = 0 })));
}
