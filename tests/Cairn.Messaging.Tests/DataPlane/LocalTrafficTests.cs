using System.Net;
using System.Net.Sockets;
using System.Text;
using Cairn.Messaging.DataPlane.Transport;

namespace Cairn.Messaging.Tests.DataPlane;

public sealed class LocalTrafficTests
{
    private const int TcpLevel = 6;
    private const int TcpCongestion = 13;

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("::1", "::1", true)]
    [InlineData("127.0.0.2", "127.0.0.1", false)] // As two machines: their addresses differ.
    public void Only_connections_within_the_machine_are_not_paced(string from, string to, bool isLocal)
    {
        Assert.SkipUnless(IsThere(from), "the machine has no such address");
        using Socket listener = Bound(to);
        listener.Listen();
        using Socket client = Bound(from);
        client.Connect(listener.LocalEndPoint!);
        using Socket server = listener.Accept();
        foreach (Socket end in (Socket[])[client, server])
        {
            string before = Congestion(end);
            LocalTraffic.DoNotPace(end);
            Assert.Equal(isLocal, LocalTraffic.IsLocal(end));
            Assert.Equal(isLocal ? "reno" : before, Congestion(end));
        }
    }

    [Fact]
    public void A_socket_without_a_peer_is_left_alone()
    {
        using Socket socket = Bound("127.0.0.1");
        LocalTraffic.DoNotPace(socket);
        Assert.False(LocalTraffic.IsLocal(socket));
    }

    private static bool IsThere(string address)
    {
        try
        {
            Bound(address).Dispose();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Socket Bound(string address)
    {
        IPAddress own = IPAddress.Parse(address);
        Socket socket = new(own.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(own, 0));
        return socket;
    }

    private static string Congestion(Socket socket)
    {
        byte[] name = new byte[16];
        int length = socket.GetRawSocketOption(TcpLevel, TcpCongestion, name);
        return Encoding.ASCII.GetString(name, 0, length).TrimEnd('\0');
    }
}
