using System.Net.Sockets;

namespace Cairn.Messaging.DataPlane.Transport;

/// <summary>Plain TCP.</summary>
internal sealed class SocketChannel(Socket socket) : IByteChannel
{
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        // A stream socket's SendAsync returns early only when it was cancelled or failed; the loop is for the letter of the contract.
        while (bytes.Length > 0)
        {
            int sent = await socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            bytes = bytes[sent..];
        }
    }

    public async ValueTask SendAsync(List<ArraySegment<byte>> parts, CancellationToken cancellationToken)
    {
        long total = 0;
        foreach (ArraySegment<byte> part in parts)
        {
            total += part.Count;
        }

        int sent = await socket.SendAsync(parts, SocketFlags.None).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (sent != total)
        {
            throw new IOException($"sent {sent} of {total} bytes");
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

    public void Dispose() => Abort();
}
