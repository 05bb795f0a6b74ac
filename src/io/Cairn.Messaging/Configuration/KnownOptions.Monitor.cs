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
        new("osd_pool_default_size", OptionKind.Number, "3", "Copies of each object in a new pool.") { Min = 1, Max = 16 },
        new("osd_pool_default_min_size", OptionKind.Number, "0", "Fewer acting copies, and the PG takes no I/O. 0: size - size / 2.") { Min = 0, Max = 16 },
        new("osd_pool_default_pg_num", OptionKind.Number, "32", "Placement groups of a new pool.") { Min = 1, Max = 65536 },
    ];
}
