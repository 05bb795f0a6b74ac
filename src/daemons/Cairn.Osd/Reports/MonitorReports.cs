using System.Collections.Immutable;
using System.Threading.Channels;
using Cairn.Maps;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.Wire;
using Cairn.Osd.Maps;
using Microsoft.Extensions.Logging;

namespace Cairn.Osd.Reports;

/// <summary>
/// What PGs ask of the monitors: up_thru and pg_temp. Requests are gathered while a call is under way; the map is the answer, and PGs ask
/// again if it does not come, so that a lost call costs nothing but time.
/// </summary>
internal sealed class MonitorReports(OsdId whoami, MonitorSession monitors, MapHistory maps, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<PgId, (ImmutableArray<OsdId> Acting, Epoch Epoch)> _pgTemps = [];
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Epoch _upThru;

    public void WantUpThru(Epoch epoch)
    {
        lock (_lock)
        {
            _upThru = epoch > _upThru ? epoch : _upThru;
        }

        _wake.Writer.TryWrite(true);
    }

    public void WantPgTemp(PgId pg, ImmutableArray<OsdId> acting, Epoch epoch)
    {
        lock (_lock)
        {
            _pgTemps[pg] = (acting, epoch);
        }

        _wake.Writer.TryWrite(true);
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        await foreach (bool _ in _wake.Reader.ReadAllAsync(stopping))
        {
            try
            {
                await SendAsync(stopping);
            }
            catch (MonitorException e)
            {
                logger.ReportFailed(e.Message);
            }
        }
    }

    private async Task SendAsync(CancellationToken stopping)
    {
        Epoch upThru;
        List<OsdPgTempRequest> temps;
        uint upFrom = maps.Newest.Osd(whoami)?.UpFrom.Value ?? 0;
        lock (_lock)
        {
            upThru = _upThru;
            _upThru = Epoch.None;
            // One call an epoch that requests are based on: the monitors drop those that a newer mapping has overtaken.
            temps = [.. _pgTemps.GroupBy(static t => t.Value.Epoch).Select(group => ToRequest(group.Key, upFrom, group.Select(static t => (t.Key, t.Value.Acting))))];
            _pgTemps.Clear();
        }

        if (upThru > Epoch.None)
        {
            var request = new OsdAliveRequest { Osd = whoami.Value, UpFrom = upFrom, WantUpThru = upThru.Value };
            await monitors.CallAsync((client, options) => client.OsdAliveAsync(request, options), stopping);
        }

        foreach (OsdPgTempRequest request in temps)
        {
            await monitors.CallAsync((client, options) => client.OsdPgTempAsync(request, options), stopping);
        }
    }

    private OsdPgTempRequest ToRequest(Epoch epoch, uint upFrom, IEnumerable<(PgId Pg, ImmutableArray<OsdId> Acting)> entries)
    {
        var request = new OsdPgTempRequest { Osd = whoami.Value, UpFrom = upFrom, Epoch = epoch.Value };
        foreach ((PgId pg, ImmutableArray<OsdId> acting) in entries)
        {
            var entry = new OsdPgTempRequest.Types.Entry { Pool = pg.Pool, Seed = pg.Seed };
            entry.Acting.AddRange(acting.Select(static o => o.Value));
            request.Entries.Add(entry);
        }

        return request;
    }
}
