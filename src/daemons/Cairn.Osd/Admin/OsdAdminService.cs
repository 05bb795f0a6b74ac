using System.Text.Json;
using Cairn.Maps;
using Cairn.Maps.Auth;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.Wire;
using Cairn.Osd.Shards;
using Cairn.Pg;
using Cairn.Pg.Inputs;
using Cairn.Pg.Ops;
using Google.Protobuf;
using Grpc.Core;

namespace Cairn.Osd.Admin;

/// <summary>What an administrator may ask of this OSD, over gRPC.</summary>
internal sealed class OsdAdminService(OsdDaemon daemon) : OsdAdmin.OsdAdminBase
{
    public override async Task<ScrubPgReply> ScrubPg(ScrubPgRequest request, ServerCallContext context)
    {
        AdminCallers.Require(context, daemon.Maps.Newest, Access.All);
        long ordered = daemon.Clock.Now.UnixMs;
        await CommandAsync(new PgId(request.Pool, request.Seed), new ScrubCommand(request.Deep || request.Repair, request.Repair));
        return new ScrubPgReply { OrderedUnixMs = ordered };
    }

    public override async Task<MarkUnfoundLostReply> MarkUnfoundLost(MarkUnfoundLostRequest request, ServerCallContext context)
    {
        AdminCallers.Require(context, daemon.Maps.Newest, Access.All);
        await CommandAsync(new PgId(request.Pool, request.Seed), new MarkUnfoundLost(request.Delete));
        return new MarkUnfoundLostReply();
    }

    public override async Task<ListOpsReply> ListOps(ListOpsRequest request, ServerCallContext context)
    {
        AdminCallers.Require(context, daemon.Maps.Newest, Access.Read);
        long now = daemon.Clock.MonotonicMs;
        var reply = new ListOpsReply { ComplaintMs = (ulong)daemon.OpComplaintTime.TotalMilliseconds };
        foreach (Shard shard in daemon.Shards.All)
        {
            reply.Ops.AddRange(await AskAsync(shard, s => s.OpsInFlight.Select(o => Describe(o.Request, o.Where, now)).ToList()));
        }

        var sorted = reply.Ops.OrderByDescending(static op => op.AgeMs).ToList();
        reply.Ops.Clear();
        reply.Ops.AddRange(sorted);
        return reply;
    }

    public override async Task<QueryPgReply> QueryPg(QueryPgRequest request, ServerCallContext context)
    {
        AdminCallers.Require(context, daemon.Maps.Newest, Access.Read);
        var pg = new PgId(request.Pool, request.Seed);
        PgStats? stats = daemon.Stats.Find(pg);
        bool hosted = await AskAsync(daemon.Shards.Of(pg), s => s.Groups.Any(g => g.Id == pg));
        if (!hosted)
        {
            throw new RpcException(new Status(StatusCode.NotFound, $"this OSD has no copy of {pg}"));
        }

        return new QueryPgReply
        {
            Json = JsonSerializer.Serialize(
                new PgQuery
                {
                    Pg = pg.ToString(),
                    State = stats?.State ?? "replica",
                    Up = stats?.Up.Select(static o => o.Value),
                    Acting = stats?.Acting.Select(static o => o.Value),
                    LastUpdate = stats?.LastUpdate.ToString(),
                    LogTail = stats?.LogTail.ToString(),
                    Objects = stats?.Objects,
                    BlockedBy = stats?.BlockedBy.Select(static o => o.Value),
                },
                PgQueryJson.Default.PgQuery),
        };
    }

    public override Task<OsdStatusReply> OsdStatus(OsdStatusRequest request, ServerCallContext context) => Task.FromResult(new OsdStatusReply
    {
        Osd = daemon.Id.Value,
        Fsid = ByteString.CopyFrom(daemon.Fsid.ToByteArray(bigEndian: true)),
        Epoch = daemon.Maps.Newest.Epoch.Value,
        State = daemon.State,
        Pgs = (uint)daemon.Shards.All.Sum(static s => s.HostedCount),
        UptimeMs = (ulong)daemon.Clock.MonotonicMs,
        Usage = ProcessUsages.Now(),
    });

    private static ListOpsReply.Types.Op Describe(ClientRequest request, string where, long nowMs) => new()
    {
        Request = request.Op.Id.ToString(),
        Client = request.Connection.Peer.ToString(),
        Pg = request.Op.Pg.ToString(),
        Object = request.Op.Object?.ToString() ?? "",
        Steps = string.Join(", ", request.Op.Steps.Select(StepNames.Of)),
        State = where,
        AgeMs = (ulong)Math.Max(0, nowMs - request.ArrivedMs),
    };

    private async Task CommandAsync(PgId pg, AdminCommand command)
    {
        OsdMap map = daemon.Maps.Newest;
        if (!map.Pools.TryGetValue(pg.Pool, out Pool? pool) || pg.Seed >= pool.PgNum)
        {
            throw new RpcException(new Status(StatusCode.NotFound, $"there is no pg {pg}"));
        }

        if (map.MapPg(pg).ActingPrimary != daemon.Id)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, $"osd.{daemon.Id.Value} is not the primary of {pg} in {map.Epoch}"));
        }

        Shard shard = daemon.Shards.Of(pg);
        bool hosted = await AskAsync(shard, s => s.Groups.Any(g => g.Id == pg));
        if (!hosted)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, $"{pg} is only being made here: try again"));
        }

        shard.Post(new InputWork(pg, command));
    }

    private static Task<T> AskAsync<T>(Shard shard, Func<Shard, T> ask)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        shard.Post(new QueryWork(s => answer.TrySetResult(ask(s))));
        return answer.Task;
    }
}
