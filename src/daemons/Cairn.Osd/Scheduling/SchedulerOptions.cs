using Cairn.Messaging.Configuration;

namespace Cairn.Osd.Scheduling;

/// <summary>How an OSD's disk is shared. Costs are counted in small operations: one that moves more bytes counts as several.</summary>
internal sealed record SchedulerOptions
{
    /// <summary>Small operations a second that the disk is taken to manage.</summary>
    public required double CapacityIops { get; init; }

    /// <summary>Bytes that cost as much as one small operation.</summary>
    public required double BytesPerIo { get; init; }

    /// <summary>Store operations of one shard under way, above which others wait for their turn.</summary>
    public required int DepthMax { get; init; }

    /// <summary>Per OSD, in cost units a second.</summary>
    public required IReadOnlyDictionary<WorkClass, WorkShare> Shares { get; init; }

    /// <summary>Long enough to bridge the pauses of a client that waits for each answer.</summary>
    public long ClientsBusyForUs { get; init; } = 250_000;

    public double CostOf(long bytes) => 1 + (bytes / BytesPerIo);

    /// <summary>One shard's part.</summary>
    public WorkScheduler<T> NewScheduler<T>(int shards) => new(
        Shares.ToDictionary(
            static s => s.Key,
            s => new WorkShare(s.Value.Reservation / shards, s.Value.Weight, s.Value.Limit / shards)),
        ClientsBusyForUs);

    public static SchedulerOptions From(CairnConfig config)
    {
        double iops = config.GetNumber("osd_mclock_max_capacity_iops");
        return new SchedulerOptions
        {
            CapacityIops = iops,
            BytesPerIo = config.GetBytes("osd_mclock_max_sequential_bandwidth") / iops,
            DepthMax = config.GetInt("osd_op_queue_depth"),
            Shares = new Dictionary<WorkClass, WorkShare>
            {
                [WorkClass.Client] = Share("client"),
                [WorkClass.Recovery] = Share("background_recovery"),
                [WorkClass.Scrub] = Share("background_best_effort"),
            },
        };

        WorkShare Share(string name) => new(
            iops * config.GetRatio($"osd_mclock_scheduler_{name}_res"),
            config.GetNumber($"osd_mclock_scheduler_{name}_wgt"),
            iops * config.GetRatio($"osd_mclock_scheduler_{name}_lim"));
    }
}
