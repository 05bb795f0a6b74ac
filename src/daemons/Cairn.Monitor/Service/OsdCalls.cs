using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Maps.Stats;
using Cairn.Messaging.Wire;
using Cairn.Monitor.Feeds;
using Cairn.Monitor.Hosting;
using Cairn.Monitor.Leading;
using Cairn.Monitor.Raft;
using Cairn.Monitor.State.Applying;
using Cairn.Monitor.State.Liveness;
using Cairn.Monitor.State.Wire;
using Grpc.Core;

namespace Cairn.Monitor.Service;

/// <summary>What OSDs say, as the leader hears it.</summary>
internal sealed class OsdCalls(Proposer proposer, StateFeed feed, LeaderMemory memory, LeaderDuties duties, MonitorSettings settings, TimeProvider time)
{
    public async Task<OsdBootReply> BootAsync(OsdBootRequest request, CancellationToken cancellationToken)
    {
        Callers.RequireFsid(settings.Fsid, request.Fsid);
        OsdBooted boot = new()
        {
            Osd = request.Osd,
            Uuid = request.Uuid,
            DataAddress = request.DataAddress,
            HeartbeatAddress = request.HeartbeatAddress,
            AdminAddress = request.AdminAddress,
            CleanBegin = request.CleanBegin,
            CleanEnd = request.CleanEnd,
            CrushWeight = request.CrushWeight,
            DeviceClass = request.DeviceClass,
            Incarnation = request.Incarnation,
        };
        if (request.UpdateCrush)
        {
            boot.Location.AddRange(request.Location);
        }

        while (true)
        {
            ChangeResult result = await proposer.ProposeAsync(new Change { OsdBooted = boot }, cancellationToken);
            if (result.Status == CommandStatus.Ok)
            {
                return new OsdBootReply { Epoch = result.Epoch };
            }

            // Only the wait for the next epoch is short enough to be waited for here.
            if (!result.Retry || result.RetryAfterMs > 0)
            {
                throw new RpcException(new Status(
                    result.Status == CommandStatus.NotFound ? StatusCode.NotFound : StatusCode.FailedPrecondition,
                    result.RetryAfterMs > 0 ? $"{result.Message}; boot again in {(result.RetryAfterMs + 999) / 1000} s" : result.Message));
            }
        }
    }

    public Task<OsdFailureReply> FailureAsync(OsdFailureRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        OsdMap map = RequireMap();
        foreach (OsdFailureRequest.Types.Failure failure in request.Failures)
        {
            memory.AddFailure(
                map,
                new FailureReport(
                    new OsdId(request.Reporter),
                    new Epoch(request.ReporterUpFrom),
                    new OsdId(failure.Osd),
                    new Epoch(failure.UpFrom),
                    failure.Kind switch
                    {
                        Messaging.Wire.FailureKind.ProcessGone => State.Liveness.FailureKind.ProcessGone,
                        Messaging.Wire.FailureKind.StillAlive => State.Liveness.FailureKind.StillAlive,
                        _ => State.Liveness.FailureKind.NoAnswer,
                    },
                    (long)failure.FailedForMs),
                NowMs);
        }

        duties.Wake();
        return Task.FromResult(new OsdFailureReply { Epoch = map.Epoch.Value });
    }

    public async Task<EpochReply> MarkMeDownAsync(OsdMarkMeDownRequest request, CancellationToken cancellationToken)
    {
        ChangeResult result = await proposer.ProposeAsync(
            new Change
            {
                OsdMarkDown = new OsdMarkDown { Osd = request.Osd, UpFrom = request.UpFrom, Cause = DownCause.Stopped, Reason = "it stopped" },
            },
            cancellationToken);
        return new EpochReply { Epoch = result.Epoch };
    }

    public async Task<EpochReply> AliveAsync(OsdAliveRequest request, CancellationToken cancellationToken)
    {
        ChangeResult result = await proposer.ProposeAsync(
            new Change { OsdAlive = new OsdAlive { Osd = request.Osd, UpFrom = request.UpFrom, UpThru = request.WantUpThru } }, cancellationToken);
        return new EpochReply { Epoch = result.Epoch };
    }

    public async Task<EpochReply> PgTempAsync(OsdPgTempRequest request, CancellationToken cancellationToken)
    {
        PgTempRequest change = new() { Osd = request.Osd, UpFrom = request.UpFrom };
        change.Entries.AddRange(request.Entries.Select(e => new PgTempRequest.Types.Entry { Pool = e.Pool, Seed = e.Seed, Acting = { e.Acting } }));
        ChangeResult result = await proposer.ProposeAsync(new Change { PgTemp = change }, cancellationToken);
        return new EpochReply { Epoch = result.Epoch };
    }

    public Task<ReportStatsReply> ReportAsync(ReportStatsRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        OsdMap map = RequireMap();
        if (memory.Term == 0)
        {
            throw new NotLeadingException("the new leader is not ready yet");
        }

        OsdStat osd = request.Osd ?? throw new RpcException(new Status(StatusCode.InvalidArgument, "the report names no OSD"));
        memory.Report(map, osd, request.Pgs, NowMs);
        return Task.FromResult(new ReportStatsReply
        {
            LeaderTerm = memory.LeadId,
            ResendAll = request.LeaderTerm != memory.LeadId,
            Epoch = map.Epoch.Value,
        });
    }

    private OsdMap RequireMap() => feed.State.Map ?? throw new NotLeadingException("the cluster has no map yet");

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();
}
