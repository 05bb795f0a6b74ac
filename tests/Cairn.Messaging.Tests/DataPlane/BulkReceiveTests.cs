using System.Net;
using System.Net.Sockets;
using Cairn.Messaging.DataPlane.Loops;

namespace Cairn.Messaging.Tests.DataPlane;

/// <summary>Who waits for a whole payload is not woken for each piece of it, and who comes after it is woken for a single byte.</summary>
public sealed class BulkReceiveTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Socket _sender = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly LoopChannel _channel;

    public BulkReceiveTests()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _sender.Connect(listener.LocalEndPoint!);
        Socket accepted = listener.Accept();
        accepted.Blocking = false;
        _channel = new LoopChannel(accepted, new EventLoop("test-bulk"));
        _channel.Establish();
    }

    public void Dispose()
    {
        _channel.Dispose();
        _sender.Dispose();
    }

    [Fact]
    public async Task Payloads_in_pieces_of_any_size_and_single_bytes_between_them_all_arrive()
    {
        var random = new Random(1);
        for (int round = 0; round < 100; round++)
        {
            byte[] payload = new byte[random.Next(1, 2 << 20)];
            random.NextBytes(payload);
            byte[] received = new byte[payload.Length];
            Task<int> receiving = FillAsync(received);
            int pieceMax = 1 << random.Next(8, 21);
            for (int at = 0; at < payload.Length;)
            {
                int length = Math.Min(payload.Length - at, random.Next(1, pieceMax + 1));
                at += await _sender.SendAsync(payload.AsMemory(at, length), TestContext.Current.CancellationToken);
            }

            Assert.Equal(payload.Length, await receiving.WaitAsync(Limit, TestContext.Current.CancellationToken));
            Assert.True(payload.AsSpan().SequenceEqual(received));

            Task<int> one = _channel.ReceiveAsync(new byte[16], CancellationToken.None).AsTask();
            await _sender.SendAsync(new byte[1], TestContext.Current.CancellationToken);
            Assert.Equal(1, await one.WaitAsync(Limit, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task A_stream_that_ends_within_a_payload_wakes_who_waits_for_it()
    {
        Task<int> receiving = FillAsync(new byte[1 << 20]);
        await _sender.SendAsync(new byte[1000], TestContext.Current.CancellationToken);
        _sender.Shutdown(SocketShutdown.Send);
        Assert.Equal(1000, await receiving.WaitAsync(Limit, TestContext.Current.CancellationToken));
    }

    private async Task<int> FillAsync(Memory<byte> buffer)
    {
        int have = 0;
        while (have < buffer.Length)
        {
            int received = await _channel.ReceiveBulkAsync(buffer[have..], CancellationToken.None);
            if (received == 0)
            {
                break;
            }

            have += received;
        }

        return have;
    }
}
