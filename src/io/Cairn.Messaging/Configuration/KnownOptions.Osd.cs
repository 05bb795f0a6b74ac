namespace Cairn.Messaging.Configuration;

public static partial class KnownOptions
{
    private static IEnumerable<ConfigOption> Osd() =>
    [
        new("osd_data", OptionKind.Text, "$cluster_dir/$name", "The OSD's folder: its store."),
        new("osd_store_size", OptionKind.Bytes, "10GiB", "Bytes the store may use.") { Min = 64L << 20, Max = 1L << 50 },
        new("osd_memory_target", OptionKind.Bytes, "512MiB", "Memory the OSD stays within: index and buffers take fixed parts of seven tenths, the data cache what all else leaves of them. Below 256MiB there is hardly room for a cache.") { Min = 128L << 20, Max = 1L << 40 },
        new("osd_store_block", OptionKind.Text, "", "Block device that mkfs makes the store on, the whole of it; empty: a sparse file in osd_data, up to osd_store_size."),
        new("osd_store_separate_files", OptionKind.Flag, "false", "Without a block device, mkfs makes WAL, segments and index files of their own: large writes then take two syncs instead of one."),
        new("osd_addr", OptionKind.Address, "127.0.0.1:0", "Where the OSD serves the data plane; port 0 is any free one."),
        new("osd_admin_addr", OptionKind.Address, "127.0.0.1:0", "Where the OSD serves gRPC; port 0 is any free one."),
        new("crush_location", OptionKind.Text, "root=default host=$host", "Where in the CRUSH tree the OSD puts itself at boot: pairs TYPE=NAME."),
        new("osd_heartbeat_interval", OptionKind.Duration, "1s", "Time between heartbeats to a peer.") { Min = 0.05, Max = 60 },
        new("osd_heartbeat_grace", OptionKind.Duration, "5s", "A peer silent for this long is reported to the monitors, within one interval more.") { Min = 0.2, Max = 3600 },
        new("osd_mon_report_interval", OptionKind.Duration, "5s", "Longest time between two reports of statistics to the monitors.") { Min = 0.1, Max = 300 },
        new("osd_max_object_size", OptionKind.Bytes, "128MiB", "Largest object.") { Min = 4096, Max = 1L << 32 },
        new("osd_max_object_name_len", OptionKind.Number, "2048", "Longest object name, UTF-8 bytes.") { Min = 64, Max = 2048 },
        new("osd_max_write_size", OptionKind.Bytes, "90MiB", "Most data of one operation.") { Min = 4096, Max = 90L << 20 },
        new("osd_recovery_max_active", OptionKind.Number, "3", "Recovery operations at a time, an OSD.") { Min = 1, Max = 1024 },
        new("osd_max_backfills", OptionKind.Number, "1", "PGs that backfill to or from an OSD at a time.") { Min = 1, Max = 64 },
        new("osd_op_num_shards", OptionKind.Number, "0", "Loops that an OSD's PGs and connections are spread over, each a thread; 0: half the processors, at most 8.") { Min = 0, Max = 64 },
        new("osd_client_message_size_cap", OptionKind.Bytes, "128MiB", "Payload bytes of client requests in an OSD's memory; above it, or a quarter of osd_memory_target, no more are read.") { Min = 1 << 20, Max = 1L << 36 },
        new("osd_client_message_cap", OptionKind.Number, "4096", "Client requests in an OSD's memory; above it no more are read.") { Min = 1, Max = 1_000_000 },
        new("osd_op_complaint_time", OptionKind.Duration, "30s", "A client operation unanswered for this long is slow: SLOW_OPS in the cluster's health.") { Min = 0.01, Max = 86400 },
        new("osd_op_queue_depth", OptionKind.Number, "128", "Store operations of one shard under way, above which clients, recovery and scrub wait for their turn.") { Min = 1, Max = 65536 },
        new("osd_mclock_max_capacity_iops", OptionKind.Number, "20000", "Small operations a second that the OSD is taken to manage: what the shares below are shares of.") { Min = 10, Max = 10_000_000 },
        new("osd_mclock_max_sequential_bandwidth", OptionKind.Bytes, "1200MiB", "Bytes a second that the disk is taken to manage: what large operations cost.") { Min = 1 << 20, Max = 1L << 40 },
        new("osd_mclock_scheduler_client_res", OptionKind.Ratio, "0.5", "Share of the capacity that clients get in any case.") { Min = 0, Max = 1 },
        new("osd_mclock_scheduler_client_wgt", OptionKind.Number, "2", "Weight of clients in what the reservations leave.") { Min = 1, Max = 1000 },
        new("osd_mclock_scheduler_client_lim", OptionKind.Ratio, "0", "Most that clients get. 0: no limit.") { Min = 0, Max = 1 },
        new("osd_mclock_scheduler_background_recovery_res", OptionKind.Ratio, "0.1", "Share of the capacity that recovery gets in any case.") { Min = 0, Max = 1 },
        new("osd_mclock_scheduler_background_recovery_wgt", OptionKind.Number, "1", "Weight of recovery in what the reservations leave.") { Min = 1, Max = 1000 },
        new("osd_mclock_scheduler_background_recovery_lim", OptionKind.Ratio, "0.25", "Most that recovery gets while clients are busy. 0: no limit.") { Min = 0, Max = 1 },
        new("osd_mclock_scheduler_background_best_effort_res", OptionKind.Ratio, "0", "Share of the capacity that scrub gets in any case.") { Min = 0, Max = 1 },
        new("osd_mclock_scheduler_background_best_effort_wgt", OptionKind.Number, "1", "Weight of scrub in what the reservations leave.") { Min = 1, Max = 1000 },
        new("osd_mclock_scheduler_background_best_effort_lim", OptionKind.Ratio, "0.15", "Most that scrub gets while clients are busy. 0: no limit.") { Min = 0, Max = 1 },
    ];
}
