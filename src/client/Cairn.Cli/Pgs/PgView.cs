using Cairn.Maps;
using Cairn.Maps.Stats;

namespace Cairn.Cli.Pgs;

internal sealed record PgView(
    string Pgid, string State, ulong Objects, ulong Bytes, ulong Degraded, ulong Misplaced, ulong Unfound, string Version, uint ReportedEpoch,
    int[] Up, int UpPrimary, int[] Acting, int ActingPrimary, uint LastEpochClean, ulong LogEntries, ulong ScrubErrors, long LastScrubUnixMs, long LastDeepScrubUnixMs,
    int[] BlockedBy)
{
    public static PgView Of(PgStat stat) => new(
        new PgId(stat.Pool, stat.Seed).ToString(),
        stat.State.Length > 0 ? stat.State : "unknown",
        stat.Objects,
        stat.Bytes,
        stat.ObjectsDegraded,
        stat.ObjectsMisplaced,
        stat.ObjectsUnfound,
        $"{stat.LastUpdateEpoch}'{stat.LastUpdateVersion}",
        stat.ReportedEpoch,
        [.. stat.Up],
        stat.UpPrimary,
        [.. stat.Acting],
        stat.ActingPrimary,
        stat.LastEpochClean,
        stat.LogEntries,
        stat.ScrubErrors,
        stat.LastScrubUnixMs,
        stat.LastDeepScrubUnixMs,
        [.. stat.BlockedBy]);

    internal string UpText => OsdSet.Text(Up, UpPrimary);

    internal string ActingText => OsdSet.Text(Acting, ActingPrimary);
}
