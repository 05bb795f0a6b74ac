namespace Cairn.Messaging.Configuration;

public static partial class KnownOptions
{
    private static IEnumerable<ConfigOption> Osd() =>
    [
        new("osd_data", OptionKind.Text, "$cluster_dir/$name", "The OSD's folder: its store."),
        new("osd_store_size", OptionKind.Bytes, "10GiB", "Bytes the store may use.") { Min = 64L << 20, Max = 1L << 50 },
        new("osd_addr", OptionKind.Address, "127.0.0.1:0", "Where the OSD serves the data plane; port 0 is any free one."),
        new("osd_admin_addr", OptionKind.Address, "127.0.0.1:0", "Where the OSD serves gRPC; port 0 is any free one."),
        new("crush_location", OptionKind.Text, "root=default host=$host", "Where in the CRUSH tree the OSD puts itself at boot: pairs TYPE=NAME."),
        new("osd_heartbeat_interval", OptionKind.Duration, "1s", "Time between heartbeats to a peer.") { Min = 0.05, Max = 60 },
        new("osd_heartbeat_grace", OptionKind.Duration, "6s", "A peer silent for this long is reported to the monitors.") { Min = 0.2, Max = 3600 },
        new("osd_mon_report_interval", OptionKind.Duration, "5s", "Longest time between two reports of statistics to the monitors.") { Min = 0.1, Max = 300 },
        new("osd_max_object_size", OptionKind.Bytes, "128MiB", "Largest object.") { Min = 4096, Max = 1L << 32 },
        new("osd_max_object_name_len", OptionKind.Number, "2048", "Longest object name, UTF-8 bytes.") { Min = 64, Max = 2048 },
        new("osd_max_write_size", OptionKind.Bytes, "90MiB", "Most data of one operation.") { Min = 4096, Max = 90L << 20 },
        new("osd_recovery_max_active", OptionKind.Number, "3", "Recovery operations at a time, an OSD.") { Min = 1, Max = 1024 },
        new("osd_max_backfills", OptionKind.Number, "1", "PGs that backfill to or from an OSD at a time.") { Min = 1, Max = 64 },
        new("osd_client_message_size_cap", OptionKind.Bytes, "128MiB", "Payload bytes of client requests in an OSD's memory; above it no more are read.") { Min = 1 << 20, Max = 1L << 36 },
        new("osd_client_message_cap", OptionKind.Number, "4096", "Client requests in an OSD's memory; above it no more are read.") { Min = 1, Max = 1_000_000 },
    ];
}
