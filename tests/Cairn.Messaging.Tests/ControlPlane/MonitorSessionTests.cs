using System.Threading.Channels;
using Cairn.Crush;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.Security;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cairn.Messaging.Tests.ControlPlane;

public sealed class MonitorSessionTests : IMapSink, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TestCluster _cluster = new();
    private readonly Channel<OsdMap> _maps = Channel.CreateUnbounded<OsdMap>();

    public void Dispose() => _cluster.Dispose();

    void IMapSink.OnMap(OsdMap map) => _maps.Writer.TryWrite(map);

    [Fact]
    public async Task Maps_come_epoch_by_epoch()
    {
        await using FakeMonitor monitor = Monitor();
        await using MonitorSession session = Session(monitor);
        OsdMap first = Map(5), second = Next(first), third = Next(second);
        session.Subscribe(null, this);
        monitor.Send(first, OsdMapIncremental.Between(first, second));
        monitor.Send(null, OsdMapIncremental.Between(second, third));
        await ExpectAsync(5u, 6, 7);
    }

    [Fact]
    public async Task A_broken_subscription_goes_on_at_another_monitor_from_the_epoch_reached()
    {
        await using FakeMonitor a = Monitor(), b = Monitor();
        await using MonitorSession session = Session(a, b);
        OsdMap first = Map(5), second = Next(first);
        session.Subscribe(null, this);
        (FakeMonitor now, FakeMonitor other) = await WhichAsync(a, b);
        now.Send(first);
        await ExpectAsync(5u);
        now.Break();
        Assert.Equal(5u, await other.Subscriptions.Reader.ReadAsync().AsTask().WaitAsync(Patience));
        other.Send(null, OsdMapIncremental.Between(first, second));
        await ExpectAsync(6u);
    }

    [Fact]
    public async Task An_incremental_that_does_not_fit_leads_to_a_full_map()
    {
        await using FakeMonitor monitor = Monitor();
        await using MonitorSession session = Session(monitor);
        OsdMap first = Map(5), stranger = Next(Map(5) with { Flags = OsdMapFlags.Pause });
        session.Subscribe(null, this);
        await monitor.Subscriptions.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        monitor.Send(first, OsdMapIncremental.Between(Map(5) with { Flags = OsdMapFlags.Pause }, stranger with { MaxPoolId = 9 }));
        await ExpectAsync(5u);
        Assert.Equal(0u, await monitor.Subscriptions.Reader.ReadAsync().AsTask().WaitAsync(Patience));
        monitor.Send(stranger);
        await ExpectAsync(6u);
    }

    [Fact]
    public async Task A_command_is_repeated_under_one_id_until_it_is_answered()
    {
        await using FakeMonitor a = Monitor(), b = Monitor();
        await using MonitorSession session = Session(a, b);
        int left = 3;
        a.Answer = b.Answer = () => Interlocked.Decrement(ref left) >= 0
            ? throw new RpcException(new Status(StatusCode.Unavailable, "no leader"))
            : new CommandResult { Status = CommandStatus.Ok, Message = "done" };
        CommandResult result = await session.SubmitAsync(new Command { OsdIn = new OsdIn() }, CancellationToken.None).WaitAsync(Patience);
        Assert.Equal("done", result.Message);
        Assert.Equal(4, a.Commands.Count + b.Commands.Count);
        Assert.Single(a.Commands.Concat(b.Commands).Distinct());
        Assert.Equal(EntityName.Client("admin"), a.Commands.First().From);
    }

    [Fact]
    public async Task Without_any_monitor_a_call_ends_with_a_sentence()
    {
        FakeMonitor gone = Monitor();
        await gone.DisposeAsync();
        await using MonitorSession session = Session(gone);
        MonitorException e = await Assert.ThrowsAsync<MonitorException>(
            () => session.SubmitAsync(new Command(), CancellationToken.None).WaitAsync(Patience));
        Assert.Equal(StatusCode.Unavailable, e.Status);
        Assert.Contains("no monitor answered within 3 s", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_not_repeated()
    {
        await using FakeMonitor monitor = Monitor();
        await using MonitorSession session = Session(monitor);
        monitor.Answer = () => throw new RpcException(new Status(StatusCode.PermissionDenied, "client.admin may not"));
        MonitorException e = await Assert.ThrowsAsync<MonitorException>(
            () => session.SubmitAsync(new Command(), CancellationToken.None).WaitAsync(Patience));
        Assert.Equal((StatusCode.PermissionDenied, "client.admin may not"), (e.Status, e.Message));
        Assert.Single(monitor.Commands);
    }

    [Fact]
    public async Task An_OSD_at_a_monitors_address_is_not_taken_for_one()
    {
        await using FakeMonitor impostor = new(_cluster.Identity(EntityName.Osd(1)));
        await using MonitorSession session = Session(impostor);
        await Assert.ThrowsAsync<MonitorException>(() => session.SubmitAsync(new Command(), CancellationToken.None).WaitAsync(Patience));
        Assert.Empty(impostor.Commands);
    }

    private static async Task<(FakeMonitor Subscribed, FakeMonitor Other)> WhichAsync(FakeMonitor a, FakeMonitor b)
    {
        Task<bool> first = a.Subscriptions.Reader.WaitToReadAsync().AsTask(), second = b.Subscriptions.Reader.WaitToReadAsync().AsTask();
        bool isFirst = await Task.WhenAny(first, second).WaitAsync(Patience) == first;
        (FakeMonitor subscribed, FakeMonitor other) = isFirst ? (a, b) : (b, a);
        await subscribed.Subscriptions.Reader.ReadAsync();
        return (subscribed, other);
    }

    private FakeMonitor Monitor() => new(_cluster.Identity(EntityName.Monitor("a")));

    private MonitorSession Session(params FakeMonitor[] monitors) => new(
        [.. monitors.Select(m => m.Address)], _cluster.Identity(EntityName.Client("admin")), _cluster.Fsid, TimeSpan.FromSeconds(3), NullLogger.Instance);

    private OsdMap Map(uint epoch) => new() { Fsid = _cluster.Fsid, Epoch = new Epoch(epoch), Crush = CrushMap.CreateDefault() };

    private static OsdMap Next(OsdMap map) => map with { Epoch = map.Epoch.Next, MaxPoolId = map.MaxPoolId + 1 };

    private async Task ExpectAsync(params uint[] epochs)
    {
        foreach (uint epoch in epochs)
        {
            Assert.Equal(epoch, (await _maps.Reader.ReadAsync().AsTask().WaitAsync(Patience)).Epoch.Value);
        }
    }
}
