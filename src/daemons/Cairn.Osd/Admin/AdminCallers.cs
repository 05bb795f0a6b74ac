using Cairn.Maps;
using Cairn.Maps.Auth;
using Cairn.Messaging;
using Cairn.Messaging.ControlPlane;
using Grpc.Core;

namespace Cairn.Osd.Admin;

/// <summary>Who may ask this OSD what: daemons anything, clients what their capabilities allow on all pools.</summary>
internal static class AdminCallers
{
    public static void Require(ServerCallContext context, OsdMap map, Access needed)
    {
        EntityName caller = context.GetPeerEntity();
        string caps = caller.Type == EntityType.Client ? ClientCaps.Of(map, caller.ToString()).Osd : "allow *";
        if (!OsdCaps.Parse(caps).AllowsEverywhere(needed))
        {
            throw new RpcException(new Status(
                StatusCode.PermissionDenied,
                $"{caller} has osd '{caps}': this needs '{(needed == Access.All ? "allow *" : "allow r")}'"));
        }
    }
}
