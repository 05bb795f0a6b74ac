using Cairn.Messaging;
using Grpc.Core;

namespace Cairn.Monitor.Service;

/// <summary>Who may ask what.</summary>
internal static class Callers
{
    /// <summary>An OSD speaks for itself alone.</summary>
    public static void RequireOsd(ServerCallContext context, int osd)
    {
        EntityName caller = LeaderGateway.CallerOf(context);
        if (caller != EntityName.Osd(osd))
        {
            throw new RpcException(new Status(StatusCode.PermissionDenied, $"{caller} can't speak for osd.{osd}"));
        }
    }

    /// <summary>Daemons report; changes are for people and their programs.</summary>
    public static void RequireClient(ServerCallContext context)
    {
        EntityName caller = LeaderGateway.CallerOf(context);
        if (caller.Type == EntityType.Osd)
        {
            throw new RpcException(new Status(StatusCode.PermissionDenied, $"{caller} can't send commands"));
        }
    }

    public static void RequireFsid(Guid ours, Google.Protobuf.ByteString theirs)
    {
        if (theirs.Length > 0 && State.WireGuid.Read(theirs) != ours)
        {
            throw new RpcException(new Status(
                StatusCode.FailedPrecondition, $"wrong cluster: this is {ours}, the caller belongs to {State.WireGuid.Read(theirs)}"));
        }
    }
}
