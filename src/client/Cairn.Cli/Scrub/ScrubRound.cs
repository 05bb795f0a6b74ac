using System.Diagnostics;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Maps;
using Cairn.Maps.Stats;
using Cairn.Messaging.Wire;
using Grpc.Core;

namespace Cairn.Cli.Scrub;

/// <summary>PGs that were told to scrub, and what they found. A PG is done when its stamp is later than our order, by its OSD's own clock.</summary>
internal sealed class ScrubRound(Invocation cli, bool deep, bool repair, IReadOnlyList<PgId> pgs)
{
    private readonly Dictionary<PgId, (long OrderedUnixMs, long At)> _ordered = [];

    public SortedSet<PgId> Waiting { get; } = [.. pgs];

    public int Done { get; private set; }

    public List<string> Inconsistent { get; } = [];

    public ulong Errors { get; private set; }

    /// <summary>Gives the order to those that do not have it, or had it for so long that it may be lost.</summary>
    public async Task OrderAsync(OsdAdmins admins, TimeSpan again, CancellationToken cancellationToken)
    {
        PgId[] due = [.. Waiting.Where(pg => !_ordered.TryGetValue(pg, out (long _, long At) order) || Stopwatch.GetElapsedTime(order.At) > again)];
        if (due.Length == 0)
        {
            return;
        }

        OsdMap map = await cli.Monitors.MapAsync(cancellationToken);
        await Task.WhenAll(due.Select(pg => OrderAsync(admins, map, pg, cancellationToken)));
    }

    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        foreach (PgStat stat in await cli.Monitors.ListAsync((m, options) => m.PgDump(new PgDumpRequest(), options), cancellationToken))
        {
            PgId pg = new(stat.Pool, stat.Seed);
            long stamp = deep ? stat.LastDeepScrubUnixMs : stat.LastScrubUnixMs;
            if (!_ordered.TryGetValue(pg, out (long OrderedUnixMs, long At) order) || stamp < order.OrderedUnixMs || !Waiting.Remove(pg))
            {
                continue;
            }

            Done++;
            Errors += stat.ScrubErrors;
            if (stat.ScrubErrors > 0)
            {
                Inconsistent.Add(pg.ToString());
            }
        }
    }

    private async Task OrderAsync(OsdAdmins admins, OsdMap map, PgId pg, CancellationToken cancellationToken)
    {
        try
        {
            ScrubPgReply reply = await admins.PrimaryOf(map, pg).ScrubPgAsync(
                new ScrubPgRequest { Pool = pg.Pool, Seed = pg.Seed, Deep = deep, Repair = repair },
                deadline: OsdAdmins.Deadline,
                cancellationToken: cancellationToken);
            lock (_ordered)
            {
                // The first order counts: a scrub that an earlier one began may end any moment.
                long since = _ordered.TryGetValue(pg, out (long OrderedUnixMs, long At) earlier) ? earlier.OrderedUnixMs : reply.OrderedUnixMs;
                _ordered[pg] = (since, Stopwatch.GetTimestamp());
            }
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.FailedPrecondition or StatusCode.Unavailable or StatusCode.NotFound or StatusCode.DeadlineExceeded)
        {
            // Its primary changes: the next round asks the next one.
        }
        catch (CliException)
        {
            // No primary now.
        }
    }
}
