using Cairn.Pg;
using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;
using Cairn.Simulation.Faults;
using Cairn.Simulation.Network;
using Cairn.Simulation.Stores;
using Cairn.Simulation.Workloads;

namespace Cairn.Simulation;

/// <summary>What a simulation is made of: a cluster, what clients do, and what goes wrong.</summary>
public sealed record Scenario
{
    public required ClusterOptions Cluster { get; init; }

    public required IWorkload Workload { get; init; }

    public required IReadOnlyList<IFault> Faults { get; init; }

    /// <summary>Simulated time with faults, microseconds.</summary>
    public long FaultsUs { get; init; } = 60_000_000;

    /// <summary>Within this, after the last fault is healed, all PGs must be clean and all operations answered.</summary>
    public long CleanWithinUs { get; init; } = 120_000_000;

    /// <summary>Disks die with the only copy of something: what clients were told no longer holds, but the cluster must become whole again.</summary>
    public bool IsDisaster { get; init; }

    /// <summary>A scenario out of a seed: sizes, speeds and a mix of faults.</summary>
    public static Scenario FromSeed(ulong seed) => FromSeed(seed, ScenarioLimits.None);

    public static Scenario FromSeed(ulong seed, ScenarioLimits limits)
    {
        var random = new SeededRandom(seed ^ 0x5ce7a410);
        int drawnOsds = (int)random.Between(5, 9);
        int osds = limits.Osds ?? drawnOsds;
        int size = random.Chance(0.7) ? 3 : (int)random.Between(2, 4);
        bool drawnDisaster = random.Chance(0.06);
        bool isDisaster = limits.Disaster ?? drawnDisaster;
        bool isBusy = random.Chance(0.15);
        return new Scenario
        {
            Cluster = new ClusterOptions
            {
                OsdCount = osds,
                PoolSize = size,
                PoolMinSize = size == 2 || isDisaster ? 1 : size == 4 ? 3 : 2,
                PgCount = isBusy ? 1 : (uint)random.Between(1, 5),
                LateMapShare = random.Chance(0.3) ? 0.3 : 0.05,
                DownOutIntervalUs = random.Between(4_000_000, 20_000_000),
                Network = new NetworkOptions { DelayMaxUs = random.Between(200, 5_000), SlowShare = random.Chance(0.3) ? 0.05 : 0.005 },
                Disk = new DiskOptions { FlushMaxUs = random.Between(1_000, 20_000), SlowShare = random.Chance(0.3) ? 0.05 : 0.005 },
                Pg = PgOptionsFrom(random),
            },
            Workload = new ObjectWorkload(
                Clients: (int)random.Between(2, 4), Objects: (int)random.Between(8, 40), Outstanding: isBusy ? 8 : (int)random.Between(1, 3),
                ThinkMaxUs: random.Between(100_000, 600_000) * (isBusy ? 3 : 1), LargeBytes: 10_000)
            {
                Readers = random.Chance(0.5) ? (int)random.Between(1, 2) : 0,
            },
            Faults = isDisaster ? DisastersFrom(random) : FaultsFrom(random, limits.Faults, (uint)random.Between(4, 12), mayLoseDisks: size > 2),
            IsDisaster = isDisaster,
            FaultsUs = (limits.Seconds ?? 60) * 1_000_000L,
        };
    }

    // Short logs and small chunks: trimming, backfill and partial objects come about within a minute.
    private static PgOptions PgOptionsFrom(SeededRandom random)
    {
        int entries = random.Chance(0.5) ? (int)random.Between(5, 30) : 200;
        return new PgOptions
        {
            LogEntriesMin = entries,
            LogEntriesMax = entries * 3,
            LogTrimBatch = (int)random.Between(1, 5),
            DupsTracked = entries * 3 + 1_000,
            RecoveryChunkBytes = 4 << 10,
            RecoveryMaxActive = (int)random.Between(1, 4),
            BackfillScanMax = (int)random.Between(2, 8),
            BackfillRetryMs = 2_000,
            BackfillNoteEvery = (int)random.Between(1, 4),
        };
    }

    private static IReadOnlyList<IFault> DisastersFrom(SeededRandom random) =>
    [
        new LostDisks(random.Between(3_000_000, 12_000_000), isDisaster: true),
        new KillOsds(random.Between(2_000_000, 10_000_000), random.Between(2_000_000, 8_000_000), allShare: 0),
        new AdminMoves(random.Between(2_000_000, 10_000_000)),
        new SlowDisks(random.Between(2_000_000, 8_000_000), random.Between(1_000_000, 10_000_000)),
        new GivenUpObjects(),
    ];

    private static IReadOnlyList<IFault> FaultsFrom(SeededRandom random, IReadOnlyList<string> only, uint pgNumMax, bool mayLoseDisks)
    {
        var faults = new List<IFault>();
        void Maybe(double share, Func<IFault> make)
        {
            if (only.Count == 0 ? random.Chance(share) : share > 0)
            {
                IFault fault = make();
                faults.AddRange(only.Count == 0 || only.Contains(fault.GetType().Name) ? [fault] : []);
            }
        }

        // Where OSDs go away, a spoiled copy may be the last one: nobody promises anything then.
        bool isQuiet = only.Count == 0 ? random.Chance(0.08) : only.Contains(nameof(BitRot));
        double busy = isQuiet ? 0 : 1;
        Maybe(0.7 * busy, () => new KillOsds(random.Between(2_000_000, 15_000_000), random.Between(3_000_000, 25_000_000), random.Chance(0.3) ? 0.2 : 0));
        Maybe(0.4 * busy, () => new HaltOsds(random.Between(3_000_000, 15_000_000), random.Between(1_000_000, 10_000_000)));
        Maybe(0.5 * busy, () => new Partitions(random.Between(3_000_000, 15_000_000), random.Between(1_000_000, 12_000_000)));
        Maybe(0.4, () => new BrokenConnections(random.Between(100_000, 3_000_000)));
        Maybe(0.3, () => new SlowDisks(random.Between(3_000_000, 15_000_000), random.Between(1_000_000, 10_000_000)));
        Maybe(0.5 * busy, () => new AdminMoves(random.Between(2_000_000, 10_000_000)));
        Maybe(0.25 * busy, () => new BlindPrimaries(random.Between(3_000_000, 12_000_000), random.Between(2_000_000, 10_000_000)));
        Maybe(0.25 * busy, () => new InterruptedRecoveries(random.Between(2_000_000, 10_000_000), random.Between(1_000_000, 5_000_000)));
        Maybe(0.2, () => new QuorumLoss(random.Between(8_000_000, 20_000_000), random.Between(1_000_000, 8_000_000)));
        Maybe(0.3, () => new PgSplits(random.Between(8_000_000, 20_000_000), pgNumMax));
        Maybe(isQuiet ? 0.8 : 0, () => new BitRot(random.Between(1_000_000, 6_000_000)));
        // A disk dies only when all others have what was on it; but the others may be away while it is filled again.
        Maybe(mayLoseDisks && !faults.Any(static f => f is BitRot) ? 0.3 : 0, () => new LostDisks(random.Between(5_000_000, 15_000_000), isDisaster: false));
        Maybe(0.2, () => new FullDisks(random.Between(4_000_000, 15_000_000), random.Between(1_000_000, 10_000_000)));
        Maybe(0.1, () => new PoolRemovals(random.Between(5_000_000, 20_000_000), random.Between(3_000_000, 12_000_000)));
        return faults;
    }
}
