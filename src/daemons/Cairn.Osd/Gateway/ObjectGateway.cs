using Cairn.Maps;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.Wire;
using Cairn.Objects;
using Cairn.Osd.Shards;
using Grpc.Core;
using OsdOp = Cairn.Objects.Operations.OsdOp;

namespace Cairn.Osd.Gateway;

/// <summary>
/// The object service: operations of clients that have no map. Those on PGs that this OSD leads go to their shard as if the data plane had
/// brought them; for the others the client is told whom to ask.
/// </summary>
internal sealed class ObjectGateway(OsdDaemon daemon) : ObjectService.ObjectServiceBase
{
    /// <summary>Until the next look at the map, while nobody leads the PG or another map is on its way.</summary>
    private static readonly TimeSpan MapPause = TimeSpan.FromMilliseconds(50);

    public override Task<DescribePoolReply> DescribePool(DescribePoolRequest request, ServerCallContext context)
    {
        OsdMap map = daemon.Maps.Newest;
        Pool pool = map.FindPool(request.Name) ?? throw new RpcException(new Status(StatusCode.NotFound, $"there is no pool '{request.Name}'"));
        return Task.FromResult(new DescribePoolReply { Pool = pool.Id, PgNum = pool.PgNum, Epoch = map.Epoch.Value });
    }

    public override async Task<OperateReply> Operate(OperateRequest request, ServerCallContext context)
    {
        if (request.Op is null)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "the request has no operation"));
        }

        while (true)
        {
            OsdMap map = daemon.Maps.Newest;
            PgId pg = PgOf(map, request.Op);
            OsdId primary = map.MapPg(pg).ActingPrimary;
            if (primary == daemon.Id)
            {
                if (await OperateHereAsync(map, pg, request, context) is { } reply)
                {
                    return reply;
                }
            }
            else if (map.Osd(primary) is { Up: true } state)
            {
                return new OperateReply { Redirect = new Redirect { Osd = primary.Value, Address = state.AdminAddress, Epoch = map.Epoch.Value } };
            }

            await Task.Delay(MapPause, context.CancellationToken);
        }
    }

    /// <returns>Null: the PG has gone to another OSD meanwhile.</returns>
    private async Task<OperateReply?> OperateHereAsync(OsdMap map, PgId pg, OperateRequest request, ServerCallContext context)
    {
        request.Op.PgSeed = pg.Seed;
        request.Op.MapEpoch = map.Epoch.Value;
        PooledBuffer payload = await PooledBuffer.CopyAsync(request.Payload.Memory, daemon.RequestBudget, context.CancellationToken);
        OsdOp op;
        try
        {
            op = OperationMessages.Read(request.Op, payload.Memory);
        }
        catch (FrameFormatException e)
        {
            payload.Dispose();
            throw new RpcException(new Status(StatusCode.InvalidArgument, e.Message));
        }

        var reply = new CallReply(context.GetPeerEntity());
        daemon.Shards.Of(pg).Post(new ClientWork(new ClientRequest(op, reply, payload, daemon.Clock.MonotonicMs)));
        return await reply.Answer.WaitAsync(context.CancellationToken);
    }

    private static PgId PgOf(OsdMap map, OsdOpRequest op)
    {
        if (!map.Pools.TryGetValue(op.Pool, out Pool? pool))
        {
            throw new RpcException(new Status(StatusCode.NotFound, $"there is no pool {op.Pool}"));
        }

        if (op.Object is { } name)
        {
            return map.ObjectToPg(op.Pool, ObjectHash.Compute(name.Namespace, name.Name));
        }

        return op.PgSeed < pool.PgNum
            ? new PgId(op.Pool, op.PgSeed)
            : throw new RpcException(new Status(StatusCode.InvalidArgument, $"pool {op.Pool} has {pool.PgNum} PGs: there is no {op.PgSeed}"));
    }
}
