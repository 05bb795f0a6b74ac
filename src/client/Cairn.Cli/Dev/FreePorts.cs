using System.Net;
using System.Net.Sockets;
using Cairn.Cli.Shell;

namespace Cairn.Cli.Dev;

/// <summary>
/// Loopback ports that nothing uses. They come from below the range that the kernel hands to outgoing connections (32768 and up), where a
/// port could be taken again between here and the daemon that binds it.
/// </summary>
internal static class FreePorts
{
    private const int First = 20000;
    private const int End = 32000;
    private const int AttemptsMax = 2000;

    public static int[] Find(int count)
    {
        List<Socket> held = [];
        try
        {
            List<int> ports = [];
            for (int attempt = 0; ports.Count < count; attempt++)
            {
                if (attempt == AttemptsMax)
                {
                    throw new CliException($"no {count} free ports between {First} and {End} on 127.0.0.1");
                }

                int port = Random.Shared.Next(First, End);
                Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                held.Add(socket);
                if (TryBind(socket, port))
                {
                    ports.Add(port);
                }
            }

            return [.. ports];
        }
        finally
        {
            held.ForEach(s => s.Dispose());
        }
    }

    private static bool TryBind(Socket socket, int port)
    {
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
    }
}
