using System.Net.Security;
using System.Net.Sockets;

namespace Cairn.Messaging.DataPlane.Transport;

/// <summary>TLS on a socket.</summary>
internal sealed class TlsChannel(Socket socket, SslStream stream) : IByteChannel
{
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) => stream.ReadAsync(buffer, cancellationToken);

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => stream.WriteAsync(bytes, cancellationToken);

    public async ValueTask SendAsync(List<ArraySegment<byte>> parts, CancellationToken cancellationToken)
    {
        foreach (ArraySegment<byte> part in parts)
        {
            await stream.WriteAsync(part, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Abort()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already: that is what was wanted.
        }

        socket.Dispose();
    }

    public void Dispose()
    {
        Abort();
        stream.Dispose();
    }
}
