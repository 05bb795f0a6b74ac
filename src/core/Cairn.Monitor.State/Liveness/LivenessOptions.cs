namespace Cairn.Monitor.State.Liveness;

/// <summary>When the leader has an OSD marked down, and when out. Section <c>[mon]</c>; Ceph's names and defaults.</summary>
public sealed record LivenessOptions
{
    /// <summary><c>mon_osd_min_down_reporters</c>: one OSD with a bad link must not be believed.</summary>
    public int DownReportersMin { get; init; } = 2;

    /// <summary><c>mon_osd_reporter_subtree_level</c>: reporters within one of these count as one.</summary>
    public string ReporterSubtreeType { get; init; } = "host";

    /// <summary><c>mon_osd_down_out_interval</c>; 0: never.</summary>
    public long DownOutIntervalMs { get; init; } = 300_000;

    /// <summary><c>mon_osd_down_out_subtree_limit</c>: when all of one of these is down it is likely its switch, and comes back.</summary>
    public string DownOutSubtreeLimit { get; init; } = "rack";

    /// <summary><c>mon_osd_min_in_ratio</c>: too few OSDs would drown in the data of the others.</summary>
    public double InRatioMin { get; init; } = 0.75;

    /// <summary><c>mon_osd_min_up_ratio</c>: when most seem down the reporters are likelier wrong.</summary>
    public double UpRatioMin { get; init; } = 0.3;

    /// <summary>A report that is not repeated for this long no longer counts.</summary>
    public long ReportLifetimeMs { get; init; } = 20_000;

    /// <summary><c>mon_osd_report_timeout</c>: an OSD whose statistics stay away for this long is down, whatever its peers say.</summary>
    public long StatsTimeoutMs { get; init; } = 900_000;

    /// <summary>The same for an OSD that no other OSD could report: nobody else would notice.</summary>
    public long LonelyStatsTimeoutMs { get; init; } = 20_000;

    /// <summary>How often in <see cref="FlapPeriodMs"/> an OSD may stop answering before its boot is held back. Source: <c>osd_max_markdown_count</c>.</summary>
    public int FlapDownsMax { get; init; } = 5;

    public long FlapPeriodMs { get; init; } = 600_000;

    /// <summary>How long the boot is held back at first; doubled each time, up to 32-fold.</summary>
    public long FlapHoldMs { get; init; } = 10_000;
}
