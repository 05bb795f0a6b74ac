using System.Net;
using System.Net.Sockets;
using Cairn.Messaging.DataPlane.Handshake;
using Cairn.Messaging.DataPlane.Transport;

namespace Cairn.Messaging.DataPlane;

/// <summary>Connects to the data plane of daemons.</summary>
public sealed class DataConnector(DataPlaneOptions options)
{
    public DataPlaneOptions Options => options;

    /// <summary>Connects and authenticates. The handler is called from then on, possibly before this returns.</summary>
    /// <param name="expected">Whom we want to reach; null: whoever is there.</param>
    /// <exception cref="HandshakeException">Another entity, cluster, version or mode is there.</exception>
    /// <exception cref="IOException">Nobody is there, or the connection broke.</exception>
    /// <exception cref="TimeoutException">It took longer than <c>ms_connect_timeout</c>.</exception>
    public async Task<DataConnection> ConnectAsync(HostPort address, EntityName? expected, IFrameHandler handler, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.ConnectTimeout);
        Socket? socket = null;
        try
        {
            IPEndPoint endPoint = await address.ResolveAsync(limit.Token).ConfigureAwait(false);
            socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            SocketSetup.Apply(socket, options);
            await socket.ConnectAsync(endPoint, limit.Token).ConfigureAwait(false);
            HandshakeResult handshake = await new Handshaker(socket, options).InitiateAsync(expected, limit.Token).ConfigureAwait(false);
            DataConnection connection = new(handshake, options, address, isAccepted: false);
            connection.Start(handler);
            return connection;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket?.Dispose();
            throw new TimeoutException($"{expected?.ToString() ?? "the peer"} at {address} did not answer within {options.ConnectTimeout.TotalSeconds} s");
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new IOException($"can't connect to {expected?.ToString() ?? "the peer"} at {address}: {e.Message}", e);
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
    }
}
