namespace Cairn.Messaging.Configuration;

public static partial class KnownOptions
{
    private static IEnumerable<ConfigOption> Common() =>
    [
        new("fsid", OptionKind.Guid, null, "The cluster's id. Everything that belongs to another cluster is refused."),
        new("mon_host", OptionKind.AddressList, null, "gRPC addresses of the monitors, comma separated."),
        new("ms_mode", OptionKind.Choice, "crc", "Data plane: 'secure' is TLS 1.3, 'crc' the same authentication and then plain frames with checksums, for trusted networks.")
        {
            Choices = ["crc", "secure"],
        },
        new("tls_dir", OptionKind.Text, "$cluster_dir/tls", "Folder of ca.crt, and of NAME.crt and NAME.key for each entity that runs here."),
        new("log_level", OptionKind.Choice, "info", "Least severe log line that is written.") { Choices = ["trace", "debug", "info", "warning", "error"] },
        new("ms_connect_timeout", OptionKind.Duration, "5s", "Longest time to connect and authenticate a data-plane connection.") { Min = 0.05, Max = 300 },
        new("ms_tcp_user_timeout", OptionKind.Duration, "10s", "Unacknowledged data for this long ends a connection: the peer's host is gone (TCP_USER_TIMEOUT).")
        {
            Min = 1, Max = 3600,
        },
        new("ms_tcp_keepalive_idle", OptionKind.Duration, "15s", "An idle connection is probed after this time; three lost probes end it.") { Min = 1, Max = 7200 },
        new("ms_max_connections", OptionKind.Number, "16384", "Data-plane connections a daemon keeps at a time; more are refused.") { Min = 8, Max = 1_000_000 },
        new("ms_send_queue_bytes", OptionKind.Bytes, "64MiB", "Answers queued for one slow client, above which no more of its requests are read.") { Min = 1 << 20, Max = 1L << 34 },
    ];
}
