using System.Net.Sockets;

namespace Cairn.Messaging.DataPlane.Transport;

/// <summary>What every data-plane socket is set to.</summary>
internal static class SocketSetup
{
    // Linux: IPPROTO_TCP / TCP_USER_TIMEOUT.
    private const int TcpLevel = 6;
    private const int TcpUserTimeout = 18;

    public static void Apply(Socket socket, DataPlaneOptions options)
    {
        socket.NoDelay = true;
        // Half-open connections: a peer whose host vanished answers neither data (user timeout) nor probes (keep-alive).
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Math.Max(1, (int)options.KeepAliveIdle.TotalSeconds));
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 2);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        socket.SetRawSocketOption(TcpLevel, TcpUserTimeout, BitConverter.GetBytes((int)options.UserTimeout.TotalMilliseconds));
    }
}
