using Cairn.Messaging.Configuration;
using Cairn.Monitor.Raft;
using Cairn.Monitor.State.Commands;
using Cairn.Monitor.State.Liveness;
using Cairn.Monitor.State.Wire;

namespace Cairn.Monitor.Hosting;

/// <summary>This monitor's configuration, read once at start.</summary>
internal sealed record MonitorSettings(
    string Name,
    Guid Fsid,
    string DataDirectory,
    MonitorPeer Self,
    IReadOnlyList<MonitorPeer> Members,
    int ElectionTimeoutMs,
    TimeSpan ClientTimeout,
    long PgStaleAfterMs,
    LivenessOptions Liveness,
    PoolDefaults Pools,
    uint PgsPerOsdMax,
    BalancerSettings Balancer)
{
    public Limits Limits { get; } = new()
    {
        PgsPerOsdMax = PgsPerOsdMax,
        FlapDownsMax = (uint)Liveness.FlapDownsMax,
        FlapPeriodMs = (ulong)Liveness.FlapPeriodMs,
        FlapHoldMs = (ulong)Liveness.FlapHoldMs,
    };

    /// <exception cref="ConfigException">An option is missing or wrong, or no section describes this monitor.</exception>
    public static MonitorSettings From(CairnConfig config)
    {
        MonitorPeer[] members = [.. config.InitialMembers.Select(m => new MonitorPeer(m.Name, m.Address, m.RaftAddress))];
        MonitorPeer self = Array.Find(members, m => m.Name == config.Entity.Id)
            ?? throw new ConfigException($"{config.Path}: there is no section [{config.Entity}]");
        return new MonitorSettings(
            self.Name,
            config.Fsid,
            config.GetText("mon_data"),
            self,
            members,
            (int)Ms(config, "mon_election_timeout"),
            config.GetDuration("mon_client_timeout"),
            Ms(config, "mon_pg_stale_after"),
            new LivenessOptions
            {
                DownReportersMin = config.GetInt("mon_osd_min_down_reporters"),
                ReporterSubtreeType = config.GetText("mon_osd_reporter_subtree_level"),
                DownOutIntervalMs = Ms(config, "mon_osd_down_out_interval"),
                DownOutSubtreeLimit = config.GetText("mon_osd_down_out_subtree_limit"),
                InRatioMin = config.GetRatio("mon_osd_min_in_ratio"),
                UpRatioMin = config.GetRatio("mon_osd_min_up_ratio"),
                StatsTimeoutMs = Ms(config, "mon_osd_report_timeout"),
                FlapDownsMax = config.GetInt("mon_osd_max_markdown_count"),
                FlapPeriodMs = Ms(config, "mon_osd_max_markdown_period"),
                FlapHoldMs = Ms(config, "mon_osd_markdown_hold"),
            },
            new PoolDefaults(
                config.GetInt("osd_pool_default_size"), config.GetInt("osd_pool_default_min_size"), (uint)config.GetNumber("osd_pool_default_pg_num")),
            (uint)config.GetNumber("mon_max_pg_per_osd"),
            BalancerSettings.From(config));
    }

    private static long Ms(CairnConfig config, string option) => (long)config.GetDuration(option).TotalMilliseconds;
}
