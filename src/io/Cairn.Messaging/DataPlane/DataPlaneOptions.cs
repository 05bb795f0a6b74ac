using Cairn.Messaging.Configuration;
using Cairn.Messaging.Security;

namespace Cairn.Messaging.DataPlane;

/// <summary>What both ends of a data-plane connection need to know.</summary>
public sealed record DataPlaneOptions
{
    public required Guid Fsid { get; init; }

    public required EntityIdentity Identity { get; init; }

    public DataPlaneMode Mode { get; init; } = DataPlaneMode.Crc;

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan UserTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan KeepAliveIdle { get; init; } = TimeSpan.FromSeconds(15);

    public int ConnectionsMax { get; init; } = 16384;

    /// <summary>Bytes queued for sending above which an accepted client's requests are no longer read.</summary>
    public long SendQueueBytesMax { get; init; } = 64L << 20;

    /// <summary>Bytes queued for sending above which a connection is given up: its peer takes nothing.</summary>
    public long SendQueueBytesHardMax { get; init; } = 1L << 30;

    public static DataPlaneOptions From(CairnConfig config, EntityIdentity identity) => new()
    {
        Fsid = config.Fsid,
        Identity = identity,
        Mode = config.GetText("ms_mode") == "secure" ? DataPlaneMode.Secure : DataPlaneMode.Crc,
        ConnectTimeout = config.GetDuration("ms_connect_timeout"),
        UserTimeout = config.GetDuration("ms_tcp_user_timeout"),
        KeepAliveIdle = config.GetDuration("ms_tcp_keepalive_idle"),
        ConnectionsMax = config.GetInt("ms_max_connections"),
        SendQueueBytesMax = config.GetBytes("ms_send_queue_bytes"),
    };
}
