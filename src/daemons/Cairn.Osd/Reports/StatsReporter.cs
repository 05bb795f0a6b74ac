using System.Threading.Channels;
using Cairn.Maps;
using Cairn.Maps.Stats;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.Wire;
using Cairn.Osd.Maps;
using Cairn.Pg;
using Microsoft.Extensions.Logging;

namespace Cairn.Osd.Reports;

/// <summary>Reports the OSD's and its PGs' statistics: now and then, and soon after a PG changed its state.</summary>
internal sealed class StatsReporter(
    StatsBoard board, MonitorSession monitors, MapHistory maps, Func<OsdStat> describeOsd, TimeSpan interval, ILogger logger)
{
    /// <summary>States of many PGs change together: wait this long for the others.</summary>
    private static readonly TimeSpan GatherFor = TimeSpan.FromMilliseconds(50);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private ulong _leaderTerm;
    private bool _resendAll = true;

    public void ReportSoon() => _wake.Writer.TryWrite(true);

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            using (var timeout = CancellationTokenSource.CreateLinkedTokenSource(stopping))
            {
                timeout.CancelAfter(interval);
                try
                {
                    await _wake.Reader.ReadAsync(timeout.Token);
                    await Task.Delay(GatherFor, stopping);
                }
                catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
                {
                    // The interval is over.
                }
            }

            await ReportAsync(stopping);
        }
    }

    private async Task ReportAsync(CancellationToken stopping)
    {
        OsdMap map = maps.Newest;
        IReadOnlyList<PgStats> stats = board.Take(_resendAll);
        var request = new ReportStatsRequest { Osd = describeOsd(), LeaderTerm = _leaderTerm };
        request.Pgs.AddRange(stats
            .Where(s => map.Pools.ContainsKey(s.Pg.Pool))
            .Select(s => s.ToWire(map.Pools[s.Pg.Pool].Size)));
        try
        {
            ReportStatsReply reply = await monitors.CallAsync((client, options) => client.ReportStatsAsync(request, options), stopping);
            _leaderTerm = reply.LeaderTerm;
            _resendAll = reply.ResendAll;
            if (reply.ResendAll)
            {
                ReportSoon();
            }
        }
        catch (MonitorException e)
        {
            board.PutBack(stats);
            logger.ReportFailed(e.Message);
        }
    }
}
