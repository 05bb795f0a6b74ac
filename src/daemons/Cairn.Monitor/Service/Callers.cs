using Cairn.Maps;
using Cairn.Maps.Auth;
using Cairn.Maps.Commands;
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
    public static void RequireNoOsd(ServerCallContext context)
    {
        EntityName caller = LeaderGateway.CallerOf(context);
        if (caller.Type == EntityType.Osd)
        {
            throw new RpcException(new Status(StatusCode.PermissionDenied, $"{caller} can't send commands"));
        }
    }

    /// <summary>What a command needs: who could give capabilities could give them to itself, so that takes all of them.</summary>
    public static Access NeededFor(Command command) =>
        command.ActionCase is Command.ActionOneofCase.AuthAdd or Command.ActionOneofCase.AuthCaps or Command.ActionOneofCase.AuthRemove
            ? Access.All
            : Access.Read | Access.Write;

    /// <summary>Why the caller may not, or null. Daemons may.</summary>
    public static string? Objection(ServerCallContext context, OsdMap? map, Access needed)
    {
        EntityName caller = LeaderGateway.CallerOf(context);
        if (caller.Type != EntityType.Client)
        {
            return null;
        }

        string name = caller.ToString();
        string caps = map is not null ? ClientCaps.Of(map, name).Mon : name == ClientCaps.Administrator ? "allow *" : "";
        return MonCaps.Parse(caps).Allows(needed) ? null : $"{name} has mon '{caps}': this needs '{Name(needed)}'";
    }

    private static string Name(Access needed) => needed switch
    {
        Access.All => "allow *",
        Access.Read => "allow r",
        _ => "allow rw",
    };

    public static void RequireFsid(Guid ours, Google.Protobuf.ByteString theirs)
    {
        if (theirs.Length > 0 && State.WireGuid.Read(theirs) != ours)
        {
            throw new RpcException(new Status(
                StatusCode.FailedPrecondition, $"wrong cluster: this is {ours}, the caller belongs to {State.WireGuid.Read(theirs)}"));
        }
    }
}
