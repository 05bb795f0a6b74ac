using Cairn.Maps.Stats;
using Cairn.Pg;

namespace Cairn.Osd.Reports;

/// <summary>PG statistics as the monitors take them.</summary>
internal static class StatsMessages
{
    public static PgStat ToWire(this PgStats stats, int poolSize)
    {
        var wire = new PgStat
        {
            Pool = stats.Pg.Pool,
            Seed = stats.Pg.Seed,
            State = stats.State,
            ReportedEpoch = stats.ReportedEpoch.Value,
            ReportedSequence = stats.ReportedSequence,
            UpPrimary = stats.Up.IsEmpty ? -1 : stats.Up[0].Value,
            ActingPrimary = stats.ActingPrimary.Value,
            LastUpdateEpoch = stats.LastUpdate.Epoch.Value,
            LastUpdateVersion = stats.LastUpdate.Version,
            LastEpochClean = stats.LastEpochClean.Value,
            LogEntries = (ulong)stats.LogSize,
            CreatedEpoch = stats.Created.Value,
            Objects = (ulong)stats.Objects,
            Bytes = (ulong)stats.Bytes,
            ObjectsDegraded = (ulong)stats.Degraded,
            ObjectsMisplaced = (ulong)stats.Misplaced,
            ObjectsUnfound = (ulong)stats.Unfound,
            ObjectCopies = (ulong)(stats.Objects * poolSize),
            ScrubErrors = (ulong)stats.ScrubErrors,
            LastScrubUnixMs = stats.LastScrubUnixMs,
            LastDeepScrubUnixMs = stats.LastDeepScrubUnixMs,
            ReadOps = (ulong)stats.ReadOps,
            ReadBytes = (ulong)stats.ReadBytes,
            WriteOps = (ulong)stats.WriteOps,
            WriteBytes = (ulong)stats.WriteBytes,
            RecoveredObjects = (ulong)stats.RecoveredObjects,
            RecoveredBytes = (ulong)stats.RecoveredBytes,
            LastActiveUnixMs = stats.LastActiveUnixMs,
            LastCleanUnixMs = stats.LastCleanUnixMs,
        };
        wire.Up.AddRange(stats.Up.Select(static o => o.Value));
        wire.Acting.AddRange(stats.Acting.Select(static o => o.Value));
        wire.BlockedBy.AddRange(stats.BlockedBy.Select(static o => o.Value));
        return wire;
    }
}
