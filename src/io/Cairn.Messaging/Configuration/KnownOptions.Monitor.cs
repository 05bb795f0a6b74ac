namespace Cairn.Messaging.Configuration;

public static partial class KnownOptions
{
    private static IEnumerable<ConfigOption> Monitor() =>
    [
        new("mon_data", OptionKind.Text, "$cluster_dir/$name", "The monitor's folder: Raft log and snapshots."),
        new("mon_addr", OptionKind.Address, null, "Where this monitor serves gRPC.") { PerDaemon = true },
        new("mon_raft_addr", OptionKind.Address, null, "Where this monitor speaks Raft with the others.") { PerDaemon = true },
        new("mon_osd_down_out_interval", OptionKind.Duration, "300s", "A down OSD is marked out after this time, and its data re-replicated. 0: never.") { Min = 0, Max = 7 * 86400 },
        new("mon_osd_min_down_reporters", OptionKind.Number, "2", "Reporters, each in another failure domain, that it takes to mark an OSD down: one OSD with a bad link must not be believed.")
        {
            Min = 1, Max = 64,
        },
        new("mon_osd_down_out_subtree_limit", OptionKind.Text, "rack", "A whole subtree of this CRUSH type (or larger) that is down is not marked out: it is likely the network."),
        new("mon_osd_min_in_ratio", OptionKind.Ratio, "0.75", "No OSD is marked out automatically if fewer than this share would stay in.") { Min = 0, Max = 1 },
        new("mon_osd_min_up_ratio", OptionKind.Ratio, "0.3", "No OSD is marked down on reports while fewer than this share are up: then the reporters are likelier wrong.") { Min = 0, Max = 1 },
        new("mon_osd_reporter_subtree_level", OptionKind.Text, "host", "Reporters within one bucket of this CRUSH type count as one."),
        new("mon_osd_report_timeout", OptionKind.Duration, "900s", "An OSD whose statistics stay away for this long is marked down, whatever its peers say.") { Min = 1, Max = 86400 },
        new("mon_osd_max_markdown_count", OptionKind.Number, "5", "How often in mon_osd_max_markdown_period an OSD may stop answering before its next boot is held back.") { Min = 1, Max = 1000 },
        new("mon_osd_max_markdown_period", OptionKind.Duration, "600s", "See mon_osd_max_markdown_count.") { Min = 1, Max = 86400 },
        new("mon_osd_markdown_hold", OptionKind.Duration, "10s", "First delay of the boot of a flapping OSD; doubled each time, up to 32-fold.") { Min = 0.1, Max = 3600 },
        new("mon_max_pg_per_osd", OptionKind.Number, "250", "PG copies an OSD may have on average before new pools are refused. 0: no limit.") { Min = 0, Max = 65536 },
        new("mon_pg_stale_after", OptionKind.Duration, "60s", "A primary silent for this long no longer vouches for its PGs: they are shown as stale.") { Min = 1, Max = 3600 },
        new("mon_client_timeout", OptionKind.Duration, "10s", "A request that finds no quorum for this long fails.") { Min = 0.5, Max = 300 },
        new("mon_election_timeout", OptionKind.Duration, "500ms", "Silence of the leader after which others stand for election, at the earliest; up to twice that.") { Min = 0.05, Max = 30 },
        new("balancer_mode", OptionKind.Choice, "upmap", "Whether the leading monitor evens out how many PGs OSDs have: upmap, or off.") { Choices = ["off", "upmap"] },
        new("balancer_interval", OptionKind.Duration, "60s", "How often the balancer looks.") { Min = 0.1, Max = 86400 },
        new("target_max_misplaced_ratio", OptionKind.Ratio, "0.05", "The balancer sets no more than this share of the data moving at once.") { Min = 0, Max = 1 },
        new("upmap_max_deviation", OptionKind.Ratio, "1", "How far an OSD may be from its fair share of a pool's PGs before the balancer moves some.") { Min = 1, Max = 1000 },
        new("osd_pool_default_size", OptionKind.Number, "3", "Copies of each object in a new pool.") { Min = 1, Max = 16 },
        new("osd_pool_default_min_size", OptionKind.Number, "0", "Fewer acting copies, and the PG takes no I/O. 0: size - size / 2.") { Min = 0, Max = 16 },
        new("osd_pool_default_pg_num", OptionKind.Number, "32", "Placement groups of a new pool.") { Min = 1, Max = 65536 },
    ];
}
