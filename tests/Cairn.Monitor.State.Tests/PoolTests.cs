using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.State.Tests;

public sealed class PoolTests
{
    [Fact]
    public void A_pool_bigger_than_the_cluster_can_place_is_refused_and_changes_nothing()
    {
        World world = World.WithOsds(4, perHost: 2);
        Epoch before = world.Map.Epoch;
        ChangeResult result = world.CreatePool("big", size: 3);
        Assert.Equal(CommandStatus.Refused, result.Status);
        Assert.Contains("wants 3 copies, but CRUSH rule 'replicated_rule' can place 2", result.Message, StringComparison.Ordinal);
        Assert.Equal(before, world.Map.Epoch);
    }

    [Fact]
    public void An_OSD_that_is_down_or_out_still_counts_for_what_can_be_placed()
    {
        World world = World.WithOsds(3);
        world.MarkDown(0);
        world.Command(new Command { OsdOut = new OsdOut { Osds = { 0 } } });
        Assert.Equal(CommandStatus.Ok, world.CreatePool("p").Status);
    }

    [Fact]
    public void A_pool_is_created_in_the_epoch_that_shows_it()
    {
        World world = World.WithOsds(3);
        ChangeResult result = world.CreatePool("p", pgNum: 16);
        Pool pool = world.Map.Pools[result.Pool];
        Assert.Equal(("p", 3, 2, 16u, world.Map.Epoch, result.Epoch), (pool.Name, pool.Size, pool.MinSize, pool.PgNum, pool.CreatedIn, world.Map.Epoch.Value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-p")]
    [InlineData("a b")]
    [InlineData("a/b")]
    public void A_bad_name_is_refused(string name)
    {
        Assert.Equal(CommandStatus.Invalid, World.WithOsds(3).CreatePool(name).Status);
    }

    [Fact]
    public void A_name_over_128_characters_is_refused()
    {
        World world = World.WithOsds(3);
        Assert.Equal(CommandStatus.Invalid, world.CreatePool(new string('x', 129)).Status);
        Assert.Equal(CommandStatus.Ok, world.CreatePool(new string('x', 128)).Status);
    }

    [Fact]
    public void Too_many_PGs_for_the_OSDs_are_refused()
    {
        World world = World.WithOsds(3);
        Assert.Equal(CommandStatus.Ok, world.CreatePool("p", pgNum: 128).Status);
        Assert.Equal(CommandStatus.Refused, world.CreatePool("q", pgNum: 128).Status);
    }

    [Fact]
    public void Removing_a_pool_takes_its_name_twice_and_its_id_is_not_used_again()
    {
        World world = World.WithOsds(3);
        long id = world.CreatePool("p").Pool;
        Assert.Equal(CommandStatus.Refused, world.Command(new Command { PoolRemove = new PoolRemove { Name = "p" } }).Status);
        Assert.Equal(CommandStatus.Ok, world.Command(new Command { PoolRemove = new PoolRemove { Name = "p", ConfirmName = "p" } }).Status);
        Assert.Equal(id + 1, world.CreatePool("p").Pool);
    }

    [Theory]
    [InlineData("size", "2", CommandStatus.Ok)]
    [InlineData("size", "4", CommandStatus.Refused)]
    [InlineData("size", "1", CommandStatus.Refused)]
    [InlineData("size", "0", CommandStatus.Invalid)]
    [InlineData("min_size", "4", CommandStatus.Invalid)]
    [InlineData("pg_num", "16", CommandStatus.Ok)]
    [InlineData("pg_num", "4", CommandStatus.Refused)]
    [InlineData("pgp_num", "9", CommandStatus.Invalid)]
    [InlineData("crush_rule", "none", CommandStatus.NotFound)]
    [InlineData("nodelete", "maybe", CommandStatus.Invalid)]
    [InlineData("quota_max_bytes", "1000", CommandStatus.Ok)]
    [InlineData("application", "rbd", CommandStatus.Ok)]
    public void A_variable_is_set_or_refused(string variable, string value, CommandStatus expected)
    {
        World world = World.WithOsds(3);
        world.CreatePool("p");
        ChangeResult result = world.Command(new Command { PoolSet = new PoolSet { Pool = "p", Variable = variable, Value = value } });
        Assert.Equal((expected, true), (result.Status, result.Message.Length > 0));
    }

    [Fact]
    public void Pg_temp_is_the_primarys_to_ask_for_and_goes_when_it_means_nothing_any_more()
    {
        World world = World.WithOsds(4);
        long pool = world.CreatePool("p", pgNum: 1).Pool;
        PgId pg = new(pool, 0);
        PgMapping mapping = world.Map.MapPg(pg);
        int stranger = Enumerable.Range(0, 4).First(o => !mapping.Up.Contains(new OsdId(o)));
        int[] wanted = [stranger, .. mapping.Up.Skip(1).Select(o => o.Value)];

        Ask(stranger, wanted);
        Assert.Empty(world.Map.PgTemp);
        Ask(mapping.UpPrimary.Value, wanted);
        Assert.Equal(wanted, world.Map.MapPg(pg).Acting.Select(o => o.Value));

        Ask(stranger, [.. mapping.Up.Select(o => o.Value)]);
        Assert.Empty(world.Map.PgTemp);

        void Ask(int osd, int[] acting) => world.Apply(new Wire.Change
        {
            PgTemp = new Wire.PgTempRequest
            {
                Osd = osd,
                UpFrom = world.Osd(osd).UpFrom.Value,
                Entries = { new Wire.PgTempRequest.Types.Entry { Pool = pool, Acting = { acting } } },
            },
        });
    }
}
