using Cairn.Cli.Shell;
using Cairn.Maps;
using Cairn.Messaging;
using Cairn.Messaging.Configuration;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.Security;
using Cairn.Messaging.Wire;
using Grpc.Net.Client;

namespace Cairn.Cli.Cluster;

/// <summary>Speaks to single OSDs: what is not the monitors' to know.</summary>
internal sealed class OsdAdmins(CairnConfig config) : IDisposable
{
    private readonly EntityIdentity _identity = EntityIdentity.Load(config.TlsDirectory, config.Entity);
    private readonly Dictionary<string, GrpcChannel> _channels = [];

    public static DateTime Deadline => DateTime.UtcNow.AddSeconds(10);

    /// <exception cref="CliException">The PG has no primary now.</exception>
    public OsdAdmin.OsdAdminClient PrimaryOf(OsdMap map, PgId pg)
    {
        OsdId primary = map.MapPg(pg).ActingPrimary;
        return map.Osd(primary) is { Up: true, AdminAddress.Length: > 0 } osd
            ? new OsdAdmin.OsdAdminClient(Channel(osd.AdminAddress))
            : throw new CliException($"pg {pg} has no primary that is up");
    }

    /// <exception cref="CliException">There is no such OSD, or it is down.</exception>
    public OsdAdmin.OsdAdminClient Of(OsdMap map, OsdId osd) => map.Osd(osd) switch
    {
        null => throw new CliException($"there is no osd.{osd.Value}"),
        { Up: true, AdminAddress.Length: > 0 } state => new OsdAdmin.OsdAdminClient(Channel(state.AdminAddress)),
        _ => throw new CliException($"osd.{osd.Value} is down"),
    };

    public void Dispose()
    {
        foreach (GrpcChannel channel in _channels.Values)
        {
            channel.Dispose();
        }

        _identity.Dispose();
    }

    private GrpcChannel Channel(string address)
    {
        if (!_channels.TryGetValue(address, out GrpcChannel? channel))
        {
            channel = GrpcChannels.Create(HostPort.Parse(address), _identity, EntityType.Osd);
            _channels.Add(address, channel);
        }

        return channel;
    }
}
