using Cairn.Maps;
using Cairn.Messaging;
using Cairn.Messaging.Configuration;
using Cairn.Osd.Scheduling;
using Cairn.Pg;
using Cairn.Store;

namespace Cairn.Osd;

/// <summary>What an OSD takes from its configuration.</summary>
internal sealed record OsdOptions
{
    // Half the processors: the store's threads and the other OSDs of the host need some as well. Beyond eight the store's lock is what counts.
    private const int ShardsMax = 8;

    public required OsdId Id { get; init; }

    public required Guid Fsid { get; init; }

    public required string DataDirectory { get; init; }

    public required long StoreBytes { get; init; }

    public required long MemoryTarget { get; init; }

    /// <summary>Buffers of the network and of large reads, in use and idle, above which none is kept.</summary>
    public long NetworkBytesMax => MemoryTarget / 6;

    /// <summary>Null: the store is in a file of the data directory, or in several.</summary>
    public required string? StoreBlock { get; init; }

    /// <summary><c>osd_store_separate_files</c>.</summary>
    public required bool StoreSeparateFiles { get; init; }

    public required HostPort DataAddress { get; init; }

    public required HostPort AdminAddress { get; init; }

    /// <summary>Pairs of bucket type and name, from the root down.</summary>
    public required IReadOnlyList<(string Type, string Name)> CrushLocation { get; init; }

    public required TimeSpan HeartbeatInterval { get; init; }

    public required TimeSpan HeartbeatGrace { get; init; }

    public required TimeSpan ReportInterval { get; init; }

    public required long RequestBytesMax { get; init; }

    public required int RequestsMax { get; init; }

    public required int BackfillsMax { get; init; }

    public required TimeSpan OpComplaintTime { get; init; }

    public required SchedulerOptions Scheduling { get; init; }

    /// <summary>Loops that PGs and connections are spread over.</summary>
    public required int ShardCount { get; init; }

    public required PgOptions Pg { get; init; }

    /// <exception cref="ConfigException">An option has no usable value.</exception>
    public static OsdOptions From(CairnConfig config, int id) => new()
    {
        Id = new OsdId(id),
        Fsid = config.Fsid,
        DataDirectory = config.GetText("osd_data"),
        StoreBytes = config.GetBytes("osd_store_size"),
        MemoryTarget = config.GetBytes("osd_memory_target"),
        StoreBlock = config.GetText("osd_store_block") is { Length: > 0 } device ? device : null,
        StoreSeparateFiles = config.GetFlag("osd_store_separate_files"),
        DataAddress = config.GetAddress("osd_addr"),
        AdminAddress = config.GetAddress("osd_admin_addr"),
        CrushLocation = ParseLocation(config),
        HeartbeatInterval = config.GetDuration("osd_heartbeat_interval"),
        HeartbeatGrace = config.GetDuration("osd_heartbeat_grace"),
        ReportInterval = config.GetDuration("osd_mon_report_interval"),
        RequestBytesMax = Math.Min(config.GetBytes("osd_client_message_size_cap"), config.GetBytes("osd_memory_target") / 4),
        RequestsMax = config.GetInt("osd_client_message_cap"),
        ShardCount = config.GetInt("osd_op_num_shards") is > 0 and var shards ? shards : Math.Clamp(Environment.ProcessorCount / 2, 1, ShardsMax),
        BackfillsMax = config.GetInt("osd_max_backfills"),
        OpComplaintTime = config.GetDuration("osd_op_complaint_time"),
        Scheduling = SchedulerOptions.From(config),
        Pg = new PgOptions
        {
            ObjectBytesMax = (ulong)config.GetBytes("osd_max_object_size"),
            RecoveryMaxActive = config.GetInt("osd_recovery_max_active"),
        },
    };

    public StoreOptions ToStoreOptions() => new StoreOptions { CapacityBytes = StoreBytes, BlockDevice = StoreBlock, SeparateFiles = StoreSeparateFiles }.WithMemoryTarget(MemoryTarget) with
    {
        ReadArrays = new NetworkArrays(),
    };

    private static List<(string, string)> ParseLocation(CairnConfig config)
    {
        var location = new List<(string, string)>();
        foreach (string pair in config.GetText("crush_location").Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || equals == pair.Length - 1)
            {
                throw new ConfigException($"{config.OriginOf("crush_location")}: option 'crush_location': '{pair}' is no TYPE=NAME");
            }

            location.Add((pair[..equals], pair[(equals + 1)..]));
        }

        return location;
    }
}
