using Cairn.Maps.Commands;
using Cairn.Messaging.Wire;
using Grpc.Core;

namespace Cairn.Monitor.Tests;

public sealed class AuthTests
{
    private static readonly Command NoOut = new() { ChangeFlags = new ChangeFlags { Set = { "noout" } } };

    [Fact]
    public async Task A_client_may_ask_and_change_what_its_capabilities_say_on_every_monitor_at_once()
    {
        using TestQuorum quorum = await TestQuorum.StartAsync(3);
        string leader = await quorum.LeaderAsync();
        string follower = quorum.Names.First(n => n != leader);

        string refused = await RefusalAsync(() => quorum.Client(follower, "client.ops").StatusAsync(new StatusRequest()));
        Assert.Equal("client.ops has mon '': this needs 'allow r'", refused);
        using AsyncServerStreamingCall<MapUpdate> maps = quorum.Client(leader, "client.ops").SubscribeMaps(new SubscribeMapsRequest());
        RpcException noMaps = await Assert.ThrowsAsync<RpcException>(() => maps.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(StatusCode.PermissionDenied, noMaps.StatusCode);

        await RunAsync(quorum, leader, new Command { AuthAdd = new AuthAdd { Entity = "client.ops", Caps = new Capabilities { Mon = "allow r" } } });
        foreach (string name in quorum.Names)
        {
            await quorum.Client(name, "client.ops").StatusAsync(new StatusRequest());
            await quorum.Client(name, "client.ops").GetMapsAsync(new GetMapsRequest());
        }

        refused = await RefusalAsync(() => quorum.Client(follower, "client.ops").SubmitCommandAsync(TestQuorum.WithId(NoOut)));
        Assert.Equal("client.ops has mon 'allow r': this needs 'allow rw'", refused);

        await RunAsync(quorum, leader, new Command { AuthCaps = new AuthCaps { Entity = "client.ops", Caps = new Capabilities { Mon = "allow rw" } } });
        await RunAsync(quorum, follower, NoOut, "client.ops");
        Command grab = new() { AuthCaps = new AuthCaps { Entity = "client.ops", Caps = new Capabilities { Mon = "allow *" } } };
        refused = await RefusalAsync(() => quorum.Client(follower, "client.ops").SubmitCommandAsync(TestQuorum.WithId(grab)));
        Assert.Equal("client.ops has mon 'allow rw': this needs 'allow *'", refused);
    }

    private static async Task RunAsync(TestQuorum quorum, string monitor, Command command, string entity = "client.admin")
    {
        CommandResult result = await quorum.Client(monitor, entity).SubmitCommandAsync(TestQuorum.WithId(command));
        Assert.True(result.Status == CommandStatus.Ok, result.Message);
    }

    private static async Task<string> RefusalAsync<T>(Func<AsyncUnaryCall<T>> call)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(async () => await call());
        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
        return refused.Status.Detail;
    }
}
