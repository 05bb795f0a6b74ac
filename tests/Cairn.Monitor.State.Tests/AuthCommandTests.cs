using Cairn.Maps.Auth;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.State.Tests;

public sealed class AuthCommandTests
{
    private readonly World _world = new();

    [Fact]
    public void A_client_is_added_once_given_other_capabilities_and_removed()
    {
        Ok(Add("client.backup", "allow r", "allow rw pool=x"));
        Ok(Add("client.backup", "allow r", "allow rw pool=x"));
        Assert.Equal(new ClientCaps("allow r", "allow rw pool=x"), _world.Map.Auth["client.backup"]);
        Assert.Equal(CommandStatus.Exists, _world.Command(Add("client.backup", "allow r", "allow *")).Status);

        Ok(SetCaps("client.backup", "", "allow r"));
        Assert.Equal(new ClientCaps("", "allow r"), _world.Map.Auth["client.backup"]);
        Assert.Contains(_world.Events, e => e.Message == "client.backup has mon '' osd 'allow r'");

        Ok(new Command { AuthRemove = new AuthRemove { Entity = "client.backup" } });
        Ok(new Command { AuthRemove = new AuthRemove { Entity = "client.backup" } });
        Assert.Empty(_world.Map.Auth);
    }

    [Theory]
    [InlineData("backup", "", "", "is no client")]
    [InlineData("osd.3", "", "", "is no client")]
    [InlineData("client.", "", "", "is no client")]
    [InlineData("client.a/b", "", "", "is no client")]
    [InlineData("client.a\n", "", "", "is no client")]
    [InlineData("client.a", "allow q", "", "mon 'allow q': expected r, w, x or *, found 'q'")]
    [InlineData("client.a", "", "allow rw where=x", "osd 'allow rw where=x': expected pool=NAME")]
    public void A_name_or_capability_that_makes_no_sense_is_refused(string entity, string mon, string osd, string reason)
    {
        ChangeResult result = _world.Command(Add(entity, mon, osd));
        Assert.Equal(CommandStatus.Invalid, result.Status);
        Assert.Contains(reason, result.Message, StringComparison.Ordinal);
        Assert.Empty(_world.Map.Auth);
    }

    [Fact]
    public void The_administrator_can_lock_nobody_out_for_ever()
    {
        Assert.Equal(CommandStatus.Refused, _world.Command(SetCaps("client.admin", "allow rw", "allow *")).Status);
        Assert.Equal(CommandStatus.Refused, _world.Command(new Command { AuthRemove = new AuthRemove { Entity = "client.admin" } }).Status);
        Ok(SetCaps("client.admin", "allow *", "allow r"));
        Assert.Equal("allow r", _world.Map.Auth["client.admin"].Osd);
    }

    [Fact]
    public void Who_was_never_added_can_be_given_nothing() =>
        Assert.Equal(CommandStatus.NotFound, _world.Command(SetCaps("client.none", "allow r", "")).Status);

    private static Command Add(string entity, string mon, string osd) =>
        new() { AuthAdd = new AuthAdd { Entity = entity, Caps = new Capabilities { Mon = mon, Osd = osd } } };

    private static Command SetCaps(string entity, string mon, string osd) =>
        new() { AuthCaps = new AuthCaps { Entity = entity, Caps = new Capabilities { Mon = mon, Osd = osd } } };

    private void Ok(Command command)
    {
        ChangeResult result = _world.Command(command);
        Assert.True(result.Status == CommandStatus.Ok, result.Message);
    }
}
