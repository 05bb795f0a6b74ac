namespace Cairn.Messaging.Configuration;

public static partial class KnownOptions
{
    private static IEnumerable<ConfigOption> Client() =>
    [
        new("rados_osd_op_timeout", OptionKind.Duration, "0", "An operation unanswered for this long fails; it may still be applied. 0: wait for ever.") { Min = 0, Max = 86400 },
        new("rados_mon_op_timeout", OptionKind.Duration, "30s", "A monitor command unanswered for this long fails.") { Min = 0.1, Max = 86400 },
        new("client_mount_timeout", OptionKind.Duration, "30s", "Longest wait for the first map when connecting.") { Min = 0.1, Max = 86400 },
        new("objecter_inflight_ops", OptionKind.Number, "1024", "Operations a client has in flight; more wait.") { Min = 1, Max = 1_000_000 },
        new("objecter_inflight_op_bytes", OptionKind.Bytes, "100MiB", "Payload bytes a client has in flight; more wait.") { Min = 1 << 20, Max = 1L << 36 },
    ];
}
