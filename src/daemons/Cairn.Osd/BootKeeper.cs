using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Messaging;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.Wire;
using Cairn.Osd.Maps;
using Cairn.Store;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Cairn.Osd;

/// <summary>Has the map show this OSD up: at start, and again when others had it marked down though it lives.</summary>
internal sealed class BootKeeper(OsdOptions options, Guid uuid, IObjectStore store, MonitorSession monitors, HostPort dataAddress, ILogger logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    private readonly ulong _incarnation = BitConverter.ToUInt64(Guid.NewGuid().ToByteArray());
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _shownDown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MapHistory? _maps;
    private HostPort _adminAddress;
    private Epoch _bootedIn;
    private int _booting;
    private uint _boots;

    public bool IsUp { get; private set; }

    public async Task BootAsync(MapHistory maps, HostPort adminAddress, CancellationToken cancellationToken)
    {
        _maps = maps;
        _adminAddress = adminAddress;
        Volatile.Write(ref _booting, 1);
        await BootLoopAsync(cancellationToken);
    }

    public void OnMap(OsdMap map, OsdState self)
    {
        if (!self.Up && _stopping.IsCancellationRequested)
        {
            _shownDown.TrySetResult();
        }

        IsUp = self.Up && self.UpFrom >= _bootedIn && _bootedIn > Epoch.None;
        if (!self.Up && _bootedIn > Epoch.None && map.Epoch > _bootedIn && !_stopping.IsCancellationRequested
            && Interlocked.Exchange(ref _booting, 1) == 0)
        {
            logger.WronglyDown(map.Epoch);
            _ = BootLoopAsync(_stopping.Token);
        }
    }

    /// <summary>
    /// Tells the monitors that we stop, and waits a little for the map that says so: with it our PGs turn their clients away, to primaries
    /// that have already taken over.
    /// </summary>
    public async Task StopAsync(MapHistory maps)
    {
        await _stopping.CancelAsync();
        if (!IsUp)
        {
            return;
        }

        try
        {
            using var patience = new CancellationTokenSource(StopPatience);
            var request = new OsdMarkMeDownRequest { Osd = options.Id.Value, UpFrom = maps.Newest.Osd(options.Id)?.UpFrom.Value ?? 0 };
            await monitors.CallAsync((client, call) => client.OsdMarkMeDownAsync(request, call), patience.Token);
            await _shownDown.Task.WaitAsync(patience.Token);
        }
        catch (Exception e) when (e is MonitorException or OperationCanceledException)
        {
            // The others will notice.
            logger.ReportFailed(e.Message);
        }
    }

    private async Task BootLoopAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                try
                {
                    OsdBootReply reply = await monitors.CallAsync((client, call) => client.OsdBootAsync(NewRequest(), call), cancellationToken);
                    _bootedIn = new Epoch(reply.Epoch);
                    IsUp = true;
                    logger.Booted(_bootedIn);
                    return;
                }
                catch (MonitorException e)
                {
                    logger.BootRefused(e.Message);
                    await Task.Delay(RetryDelay, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
        finally
        {
            Volatile.Write(ref _booting, 0);
        }
    }

    private OsdBootRequest NewRequest()
    {
        var request = new OsdBootRequest
        {
            Osd = options.Id.Value,
            Fsid = ByteString.CopyFrom(options.Fsid.ToByteArray(bigEndian: true)),
            Uuid = ByteString.CopyFrom(uuid.ToByteArray(bigEndian: true)),
            DataAddress = dataAddress.ToString(),
            HeartbeatAddress = dataAddress.ToString(),
            AdminAddress = _adminAddress.ToString(),
            BootEpoch = _maps!.Newest.Epoch.Value,
            CrushWeight = Math.Max(0.00001, (double)store.Usage.TotalBytes / (1L << 40)),
            DeviceClass = "ssd",
            UpdateCrush = true,
            Incarnation = _incarnation + _boots++,
        };
        request.Location.AddRange(options.CrushLocation.Select(static l => new CrushLocation { Type = l.Type, Name = l.Name }));
        return request;
    }
}
