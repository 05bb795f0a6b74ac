using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Cairn.Messaging.Tests.DataPlane;

/// <summary>
/// Stands between two ends, passes on what they send, and can vanish as a host without power does: from then on no packet is taken or
/// answered, and none says goodbye. The kernel drops what arrives at its sockets, by a filter on them; that takes no privileges.
/// </summary>
internal sealed class VanishingRelay : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _onward = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly TaskCompletionSource<Socket> _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public VanishingRelay(HostPort target)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1);
        Address = HostPort.From((IPEndPoint)_listener.LocalEndPoint!);
        _ = RunAsync(target);
    }

    public HostPort Address { get; }

    public async Task VanishAsync()
    {
        DropAll(await _accepted.Task);
        DropAll(_onward);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _onward.Dispose();
        if (_accepted.Task.IsCompletedSuccessfully)
        {
            _accepted.Task.Result.Dispose();
        }
    }

    private static unsafe void DropAll(Socket socket)
    {
        const int SocketLevel = 1;
        const int AttachFilter = 26;
        // "BPF_RET | BPF_K, 0": keep no byte of any packet.
        ulong instruction = 0x06;
        var program = new FilterProgram { Length = 1, Instructions = &instruction };
        socket.SetRawSocketOption(SocketLevel, AttachFilter, MemoryMarshal.AsBytes(new ReadOnlySpan<FilterProgram>(in program)));
    }

    private async Task RunAsync(HostPort target)
    {
        try
        {
            Socket socket = await _listener.AcceptAsync();
            await _onward.ConnectAsync(IPAddress.Loopback, target.Port);
            _accepted.SetResult(socket);
            await Task.WhenAll(PassOnAsync(socket, _onward), PassOnAsync(_onward, socket));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    private static async Task PassOnAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[64 << 10];
        while (await from.ReceiveAsync(buffer) is var count and > 0)
        {
            for (int sent = 0; sent < count;)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
            }
        }
    }

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct FilterProgram
    {
        public ushort Length;
        public ulong* Instructions;
    }
}
