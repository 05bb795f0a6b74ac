using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Threading.Channels;
using Cairn.Maps;
using Cairn.Messaging;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.DataPlane.Frames;
using Cairn.Messaging.Wire;
using Cairn.Osd.Maps;
using Microsoft.Extensions.Logging;

namespace Cairn.Osd.Heartbeats;

/// <summary>Pings the chosen peers over connections of their own, and reports those that fail. What counts as failed <see cref="HeartbeatTable"/> decides.</summary>
internal sealed class HeartbeatService(
    OsdId whoami, DataConnector connector, MonitorSession monitors, MapHistory maps, OsdClock clock, TimeSpan interval, TimeSpan grace, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly HeartbeatTable _table = new((long)grace.TotalMilliseconds);
    private readonly ConcurrentDictionary<OsdId, HeartbeatLink> _links = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _slowestMs;

    /// <summary>The slowest answer since the last call, ms.</summary>
    public long TakeSlowestMs() => Interlocked.Exchange(ref _slowestMs, 0);

    public IReadOnlyList<OsdId> Peers
    {
        get
        {
            lock (_lock)
            {
                return [.. _table.Peers];
            }
        }
    }

    public void SetPeers(OsdMap map, IEnumerable<OsdId> pgPeers)
    {
        IReadOnlyList<(OsdId Osd, Epoch UpFrom)> peers = HeartbeatPeers.Choose(map, whoami, pgPeers);
        lock (_lock)
        {
            _table.SetPeers(peers, clock.MonotonicMs);
        }

        var wanted = peers.ToDictionary(static p => p.Osd, static p => p.UpFrom);
        foreach ((OsdId osd, HeartbeatLink link) in _links)
        {
            if (!wanted.TryGetValue(osd, out Epoch upFrom) || upFrom != link.UpFrom)
            {
                _links.TryRemove(osd, out _);
                link.Close();
            }
        }

        foreach ((OsdId osd, Epoch upFrom) in peers)
        {
            if (!_links.ContainsKey(osd) && HostPort.TryParse(map.Osd(osd)!.HeartbeatAddress, out HostPort address))
            {
                var link = new HeartbeatLink(osd, upFrom, address, connector, this);
                _links[osd] = link;
                link.Start();
            }
        }
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        Task pinging = PingLoopAsync(stopping);
        Task reporting = ReportLoopAsync(stopping);
        await Task.WhenAll(pinging, reporting);
    }

    private async Task PingLoopAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(interval);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            var ping = new PingFrame(whoami, maps.Newest.Epoch, (ulong)clock.MonotonicMs * 1_000_000);
            foreach (HeartbeatLink link in _links.Values)
            {
                link.Send(ping);
            }

            // Whoever is silent now, and whoever the monitors were told of and still have up.
            ReportSoon();
        }
    }

    private async Task ReportLoopAsync(CancellationToken stopping)
    {
        while (true)
        {
            await _wake.Reader.ReadAsync(stopping);
            IReadOnlyList<PeerFailure> failures;
            lock (_lock)
            {
                failures = _table.Failures(clock.MonotonicMs);
            }

            foreach (PeerFailure failure in failures.Where(static f => f.IsNew))
            {
                logger.PeerFailed(failure.Osd, failure.SilentMs, failure.ProcessGone);
            }

            await ReportAsync(failures.Select(static f => new OsdFailureRequest.Types.Failure
            {
                Osd = f.Osd.Value,
                UpFrom = f.UpFrom.Value,
                Kind = f.ProcessGone ? FailureKind.ProcessGone : FailureKind.NoAnswer,
                FailedForMs = (ulong)Math.Max(0, f.SilentMs),
            }), stopping);
        }
    }

    private async Task ReportAsync(IEnumerable<OsdFailureRequest.Types.Failure> failures, CancellationToken stopping)
    {
        OsdMap map = maps.Newest;
        var request = new OsdFailureRequest { Reporter = whoami.Value, ReporterUpFrom = map.Osd(whoami)?.UpFrom.Value ?? 0, Epoch = map.Epoch.Value };
        request.Failures.AddRange(failures);
        if (request.Failures.Count == 0)
        {
            return;
        }

        try
        {
            await monitors.CallAsync((client, options) => client.OsdFailureAsync(request, options), stopping);
        }
        catch (MonitorException e)
        {
            logger.ReportFailed(e.Message);
        }
    }

    internal void Answered(OsdId osd, Epoch upFrom, ulong stamp)
    {
        long sentMs = (long)(stamp / 1_000_000);
        long tookMs = clock.MonotonicMs - sentMs;
        if (tookMs > Volatile.Read(ref _slowestMs))
        {
            Volatile.Write(ref _slowestMs, tookMs);
        }

        bool takeBack;
        lock (_lock)
        {
            takeBack = _table.Answered(osd, sentMs);
        }

        if (takeBack)
        {
            _ = ReportAsync([new OsdFailureRequest.Types.Failure { Osd = osd.Value, UpFrom = upFrom.Value, Kind = FailureKind.StillAlive }], CancellationToken.None);
        }
    }

    internal void Refused(OsdId osd)
    {
        bool isNews;
        lock (_lock)
        {
            isNews = _table.Refused(osd);
        }

        if (isNews)
        {
            ReportSoon();
        }
    }

    private void ReportSoon() => _wake.Writer.TryWrite(true);

    public void CloseAll()
    {
        foreach (HeartbeatLink link in _links.Values)
        {
            link.Close();
        }

        _links.Clear();
    }
}
