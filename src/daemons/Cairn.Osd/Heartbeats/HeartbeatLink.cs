using System.Net.Sockets;
using Cairn.Maps;
using Cairn.Messaging;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.DataPlane.Frames;

namespace Cairn.Osd.Heartbeats;

/// <summary>
/// A connection for heartbeats to one incarnation of a peer: kept open, so that its breaking is noticed at once; opened again then, so that
/// a refusal tells that the process is gone.
/// </summary>
internal sealed class HeartbeatLink(OsdId peer, Epoch upFrom, HostPort address, DataConnector connector, HeartbeatService service) : IFrameHandler
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);
    private readonly CancellationTokenSource _stopping = new();
    private volatile DataConnection? _connection;

    public Epoch UpFrom => upFrom;

    public void Start() => _ = ConnectAsync();

    public void Send(PingFrame ping) => _connection?.Send(ping);

    public void Close()
    {
        _stopping.Cancel();
        _connection?.Close();
    }

    void IFrameHandler.OnFrame(DataConnection connection, Frame frame, PooledBuffer payload)
    {
        payload.Dispose();
        if (frame is PingReplyFrame reply && reply.From == peer)
        {
            service.Answered(peer, upFrom, reply.Stamp);
        }
    }

    void IFrameHandler.OnClosed(DataConnection connection, Exception? reason)
    {
        _connection = null;
        if (!_stopping.IsCancellationRequested)
        {
            _ = ConnectAsync();
        }
    }

    private async Task ConnectAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                _connection = await connector.ConnectAsync(address, EntityName.Osd(peer.Value), this, _stopping.Token);
                if (_connection is { IsClosed: true })
                {
                    _connection = null;
                    continue;
                }

                return;
            }
            catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
            {
                service.Refused(peer);
            }
            catch (Exception e) when (e is IOException or TimeoutException)
            {
                // Silence will tell.
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                await Task.Delay(RetryDelay, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
