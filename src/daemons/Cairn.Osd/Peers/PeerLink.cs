using Cairn.Maps;
using Cairn.Messaging;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.DataPlane.Frames;
using Microsoft.Extensions.Logging;

namespace Cairn.Osd.Peers;

/// <summary>
/// The way to one incarnation of another OSD: connects when there is something to send, and again after a broken connection. What was on its way
/// then is lost; PGs send again what they get no answer to.
/// </summary>
internal sealed class PeerLink(OsdId peer, HostPort address, DataConnector connector, ILogger logger) : IFrameHandler
{
    private const int QueuedFramesMax = 10_000;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Queue<(Frame Frame, IDisposable? Release)> _waiting = new();
    private DataConnection? _connection;
    private bool _connecting;
    private bool _closed;

    public HostPort Address => address;

    public void Send(Frame frame, IDisposable? release)
    {
        lock (_lock)
        {
            if (_connection is { IsClosed: false } connection)
            {
                connection.Send(frame, release);
                return;
            }

            if (_closed || _waiting.Count >= QueuedFramesMax)
            {
                release?.Dispose();
                return;
            }

            _waiting.Enqueue((frame, release));
            if (!_connecting)
            {
                _connecting = true;
                _ = ConnectAsync();
            }
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            DropWaiting();
        }

        _stopping.Cancel();
        _connection?.Close();
    }

    // The peer answers on its own link; nothing but its closing comes here.
    void IFrameHandler.OnFrame(DataConnection connection, Frame frame, PooledBuffer payload) => payload.Dispose();

    void IFrameHandler.OnClosed(DataConnection connection, Exception? reason) => logger.PeerLinkClosed(peer, reason?.Message ?? "closed");

    private async Task ConnectAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                DataConnection connection =
                    await connector.ConnectAsync(address, EntityName.Osd(peer.Value), this, _stopping.Token);
                lock (_lock)
                {
                    _connection = connection;
                    _connecting = false;
                    while (_waiting.TryDequeue(out (Frame Frame, IDisposable? Release) next))
                    {
                        connection.Send(next.Frame, next.Release);
                    }

                    if (_closed)
                    {
                        connection.Close();
                    }
                }

                return;
            }
            catch (Exception e) when (e is IOException or TimeoutException)
            {
                logger.PeerUnreachable(peer, e.Message);
                await Task.Delay(RetryDelay, _stopping.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void DropWaiting()
    {
        while (_waiting.TryDequeue(out (Frame Frame, IDisposable? Release) dropped))
        {
            dropped.Release?.Dispose();
        }
    }
}
