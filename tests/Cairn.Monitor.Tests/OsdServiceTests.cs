using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Maps.Stats;
using Cairn.Messaging.Wire;
using Google.Protobuf;
using Grpc.Core;

namespace Cairn.Monitor.Tests;

public sealed class OsdServiceTests
{
    [Fact]
    public async Task OSDs_boot_report_each_other_and_come_back()
    {
        using TestQuorum quorum = await TestQuorum.StartAsync(3, "mon_osd_down_out_interval = 1s");
        for (int i = 0; i < 4; i++)
        {
            await quorum.BootOsdAsync(i);
        }

        string leader = await quorum.LeaderAsync();
        string follower = quorum.Names.First(n => n != leader);
        using AsyncServerStreamingCall<MapUpdate> stream = quorum.Client(follower).SubscribeMaps(new SubscribeMapsRequest());
        OsdMap map = await NextAsync(stream, null, m => m.IsUp(new OsdId(3)));

        OsdFailureRequest report = new() { Reporter = 1, ReporterUpFrom = map.Osd(new OsdId(1))!.UpFrom.Value };
        report.Failures.Add(new OsdFailureRequest.Types.Failure
        {
            Osd = 0,
            UpFrom = map.Osd(new OsdId(0))!.UpFrom.Value,
            Kind = FailureKind.ProcessGone,
        });
        await quorum.Client(follower, "osd.1").OsdFailureAsync(report);
        map = await NextAsync(stream, map, m => !m.IsUp(new OsdId(0)));
        map = await NextAsync(stream, map, m => m.Osd(new OsdId(0)) is { In: false, AutoOut: true });

        await quorum.Client(follower, "osd.0").OsdBootAsync(quorum.Boot(0, 2));
        await NextAsync(stream, map, m => m.Osd(new OsdId(0)) is { Up: true, In: true });
    }

    [Fact]
    public async Task An_OSD_cannot_speak_for_another_or_send_commands()
    {
        using TestQuorum quorum = await TestQuorum.StartAsync(1);
        await quorum.BootOsdAsync(0);
        RpcException boot = await Assert.ThrowsAsync<RpcException>(async () => await quorum.Client("a", "osd.1").OsdBootAsync(quorum.Boot(0, 2)));
        Assert.Equal(StatusCode.PermissionDenied, boot.StatusCode);
        RpcException command = await Assert.ThrowsAsync<RpcException>(async () =>
            await quorum.Client("a", "osd.0").SubmitCommandAsync(TestQuorum.WithId(new Command { OsdOut = new OsdOut { Osds = { 0 } } })));
        Assert.Equal(StatusCode.PermissionDenied, command.StatusCode);
    }

    [Fact]
    public async Task A_subscriber_or_OSD_of_another_cluster_is_refused()
    {
        using TestQuorum quorum = await TestQuorum.StartAsync(1);
        await quorum.BootOsdAsync(0);
        ByteString other = ByteString.CopyFrom(Guid.NewGuid().ToByteArray(bigEndian: true));
        using AsyncServerStreamingCall<MapUpdate> stream = quorum.Client("a").SubscribeMaps(new SubscribeMapsRequest { Fsid = other });
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
        OsdBootRequest boot = quorum.Boot(0, 2);
        boot.Fsid = other;
        refused = await Assert.ThrowsAsync<RpcException>(async () => await quorum.Client("a", "osd.0").OsdBootAsync(boot));
        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
    }

    [Fact]
    public async Task A_new_leader_asks_for_all_statistics_and_status_shows_them_through_any_monitor()
    {
        using TestQuorum quorum = await TestQuorum.StartAsync(3);
        uint upFrom = await quorum.BootOsdAsync(0);
        ReportStatsRequest report = new() { Osd = new OsdStat { Osd = 0, UpFrom = upFrom, CapacityBytes = 1000, UsedBytes = 10, AvailableBytes = 990 } };
        ReportStatsReply first = await ReportAsync(quorum, report);
        Assert.True(first.ResendAll);
        report.LeaderTerm = first.LeaderTerm;
        Assert.False((await ReportAsync(quorum, report)).ResendAll);
        foreach (string name in quorum.Names)
        {
            Assert.Equal(1000u, (await quorum.Client(name).StatusAsync(new StatusRequest())).CapacityBytes);
        }

        quorum.Kill(await quorum.LeaderAsync());

        Assert.True((await ReportAsync(quorum, report)).ResendAll);
    }

    [Fact]
    public async Task Watchers_hear_what_happens()
    {
        using TestQuorum quorum = await TestQuorum.StartAsync(3);
        using AsyncServerStreamingCall<ClusterEvent> watch = quorum.Client("b").Watch(new WatchRequest { Past = 1000 });
        await quorum.BootOsdAsync(0);
        using CancellationTokenSource limit = new(TestQuorum.Patience);
        List<EventKind> kinds = [];
        while (!kinds.Contains(EventKind.OsdUp) && await watch.ResponseStream.MoveNext(limit.Token))
        {
            kinds.Add(watch.ResponseStream.Current.Kind);
        }

        Assert.Contains(EventKind.OsdCreated, kinds);
    }

    private static async Task<ReportStatsReply> ReportAsync(TestQuorum quorum, ReportStatsRequest report)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                return await quorum.Client(quorum.Names[i % 3], "osd.0").ReportStatsAsync(report, deadline: DateTime.UtcNow.AddSeconds(5));
            }
            catch (RpcException e) when (i < 20 && e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
            {
                // That one was killed.
            }
        }
    }

    private static async Task<OsdMap> NextAsync(AsyncServerStreamingCall<MapUpdate> stream, OsdMap? map, Func<OsdMap, bool> until)
    {
        using CancellationTokenSource limit = new(TestQuorum.Patience);
        while (map is null || !until(map))
        {
            Assert.True(await stream.ResponseStream.MoveNext(limit.Token));
            MapUpdate update = stream.ResponseStream.Current;
            map = update.Full.IsEmpty ? map : OsdMap.Decode(update.Full.Span);
            map = update.Incrementals.Aggregate(map, (at, delta) => at!.Apply(OsdMapIncremental.Decode(delta.Span)))!;
        }

        return map;
    }
}
