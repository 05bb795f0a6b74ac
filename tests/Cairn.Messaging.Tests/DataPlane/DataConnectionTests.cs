using System.Net;
using System.Net.Sockets;
using Cairn.Maps;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.DataPlane.Frames;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cairn.Messaging.Tests.DataPlane;

public sealed class DataConnectionTests : IDisposable
{
    private static readonly EntityName Osd = EntityName.Osd(3);
    private static readonly EntityName Admin = EntityName.Client("admin");
    private readonly TestCluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Theory]
    [InlineData(DataPlaneMode.Crc)]
    [InlineData(DataPlaneMode.Secure)]
    public async Task Both_ends_learn_who_the_other_is(DataPlaneMode mode)
    {
        TaskCompletionSource<EntityName> accepted = new();
        await using DataListener listener = Listen(mode, c =>
        {
            accepted.SetResult(c.Peer);
            return new RecordingHandler();
        });
        DataConnection connection = await ConnectAsync(mode, listener.Address, Osd, new RecordingHandler());
        Assert.Equal(Osd, connection.Peer);
        Assert.Equal(Admin, await accepted.Task);
        connection.Close();
        await connection.Closed;
    }

    [Theory]
    [InlineData(DataPlaneMode.Crc)]
    [InlineData(DataPlaneMode.Secure)]
    public async Task Payloads_of_every_size_arrive_whole_and_in_order(DataPlaneMode mode)
    {
        RecordingHandler server = new(static (c, f, _) =>
        {
            PgMessageFrame message = (PgMessageFrame)f;
            c.Send(new PgMessageFrame(message.Pg, message.From, message.Epoch, message.Body.ToArray(), [.. message.Data.Select(d => (ReadOnlyMemory<byte>)d.ToArray())]));
        });
        RecordingHandler client = new();
        await using DataListener listener = Listen(mode, _ => server);
        DataConnection connection = await ConnectAsync(mode, listener.Address, Osd, client);
        int[] sizes = [0, 1, 100, 4096, 16383, 16384, 16385, 65536, 300_000, 4 << 20, 17, 0, 9 << 20, 5000];
        foreach (int size in sizes)
        {
            connection.Send(new PgMessageFrame(new PgId(1, (uint)size), new OsdId(3), new Epoch(7), Bytes(size % 977), [Bytes(size)]));
        }

        foreach (int size in sizes)
        {
            (Frame frame, byte[] payload) = await client.NextAsync();
            PgMessageFrame message = Assert.IsType<PgMessageFrame>(frame);
            Assert.Equal(new PgId(1, (uint)size), message.Pg);
            Assert.Equal(Bytes(size), payload[..size]);
            Assert.Equal(Bytes(size % 977), payload[size..]);
        }

        connection.Close();
    }

    [Fact]
    public async Task Large_payloads_begin_at_a_page_boundary()
    {
        long address = -1;
        RecordingHandler server = new((_, _, payload) => address = AddressOf(payload));
        await using DataListener listener = Listen(DataPlaneMode.Crc, _ => server);
        DataConnection connection = await ConnectAsync(DataPlaneMode.Crc, listener.Address, Osd, new RecordingHandler());
        connection.Send(new PgMessageFrame(default, default, default, default, [Bytes(64 << 10)]));
        await server.NextAsync();
        Assert.Equal(0, address % 4096);
        connection.Close();
    }

    [Fact]
    public async Task Another_cluster_is_refused_with_both_fsids()
    {
        await using DataListener listener = Listen(DataPlaneMode.Crc, _ => new RecordingHandler());
        DataPlaneOptions options = _cluster.Options(Admin) with { Fsid = Guid.NewGuid() };
        HandshakeException e = await Assert.ThrowsAsync<HandshakeException>(
            () => new DataConnector(options).ConnectAsync(listener.Address, Osd, new RecordingHandler(), CancellationToken.None));
        Assert.Equal(HandshakeFailure.WrongFsid, e.Reason);
        Assert.Contains(_cluster.Fsid.ToString(), e.Message, StringComparison.Ordinal);
        Assert.Contains(options.Fsid.ToString(), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_entity_than_expected_is_refused()
    {
        await using DataListener listener = Listen(DataPlaneMode.Crc, _ => new RecordingHandler());
        HandshakeException e = await Assert.ThrowsAsync<HandshakeException>(
            () => ConnectAsync(DataPlaneMode.Crc, listener.Address, EntityName.Osd(4), new RecordingHandler()));
        Assert.Equal(HandshakeFailure.WrongPeer, e.Reason);
    }

    [Theory]
    [InlineData(DataPlaneMode.Crc, DataPlaneMode.Secure)]
    [InlineData(DataPlaneMode.Secure, DataPlaneMode.Crc)]
    public async Task Ends_of_different_modes_say_so(DataPlaneMode server, DataPlaneMode client)
    {
        await using DataListener listener = Listen(server, _ => new RecordingHandler());
        HandshakeException e = await Assert.ThrowsAsync<HandshakeException>(() => ConnectAsync(client, listener.Address, Osd, new RecordingHandler()));
        Assert.Equal(HandshakeFailure.WrongMode, e.Reason);
    }

    [Theory]
    [InlineData(DataPlaneMode.Crc)]
    [InlineData(DataPlaneMode.Secure)]
    public async Task A_certificate_of_another_CA_is_refused(DataPlaneMode mode)
    {
        using TestCluster other = new();
        bool accepted = false;
        await using DataListener listener = Listen(mode, _ =>
        {
            accepted = true;
            return new RecordingHandler();
        });
        DataPlaneOptions options = other.Options(Admin, mode) with { Fsid = _cluster.Fsid };
        HandshakeException e = await Assert.ThrowsAsync<HandshakeException>(
            () => new DataConnector(options).ConnectAsync(listener.Address, Osd, new RecordingHandler(), CancellationToken.None));
        Assert.Equal(HandshakeFailure.NotAuthenticated, e.Reason);
        Assert.False(accepted);
    }

    [Fact]
    public async Task Garbage_instead_of_a_banner_closes_the_connection()
    {
        await using DataListener listener = Listen(DataPlaneMode.Crc, _ => new RecordingHandler());
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, listener.Address.Port);
        await socket.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        byte[] answer = new byte[64];
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));
        int received;
        try
        {
            received = await socket.ReceiveAsync(answer, limit.Token);
        }
        catch (SocketException)
        {
            received = 0; // A reset is as good an end.
        }

        Assert.Equal(0, received);
    }

    [Fact]
    public async Task Nobody_there_is_an_error_that_names_the_address()
    {
        HostPort nobody;
        await using (DataListener listener = Listen(DataPlaneMode.Crc, _ => new RecordingHandler()))
        {
            nobody = listener.Address;
        }

        IOException e = await Assert.ThrowsAsync<IOException>(() => ConnectAsync(DataPlaneMode.Crc, nobody, Osd, new RecordingHandler()));
        Assert.Contains(nobody.ToString(), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_peer_ends_in_a_timeout()
    {
        using Socket silent = new(SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen();
        DataPlaneOptions options = _cluster.Options(Admin) with { ConnectTimeout = TimeSpan.FromMilliseconds(200) };
        await Assert.ThrowsAsync<TimeoutException>(() => new DataConnector(options).ConnectAsync(
            HostPort.From((IPEndPoint)silent.LocalEndPoint!), Osd, new RecordingHandler(), CancellationToken.None));
    }

    [Fact]
    public async Task Closing_one_end_tells_both_handlers_once()
    {
        RecordingHandler server = new(), client = new();
        await using DataListener listener = Listen(DataPlaneMode.Crc, _ => server);
        DataConnection connection = await ConnectAsync(DataPlaneMode.Crc, listener.Address, Osd, client);
        connection.Send(new MapNoticeFrame(new Epoch(1)));
        await server.NextAsync();
        connection.Close();
        Assert.Null(await client.Closed.WaitAsync(TimeSpan.FromSeconds(10)));
        await server.Closed.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.False(connection.Send(new MapNoticeFrame(new Epoch(2))));
    }

    [Fact]
    public async Task Every_lent_buffer_is_released_once_whether_sent_or_dropped()
    {
        RecordingHandler server = new();
        await using DataListener listener = Listen(DataPlaneMode.Crc, _ => server);
        DataConnection connection = await ConnectAsync(DataPlaneMode.Crc, listener.Address, Osd, new RecordingHandler());
        Releases releases = new();
        for (int i = 0; i < 100; i++)
        {
            connection.Send(new PgMessageFrame(default, default, default, default, [Bytes(i * 1000)]), releases);
            if (i == 50)
            {
                connection.Close();
            }
        }

        await connection.Closed.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(100, releases.Count);
        Assert.Equal(0, connection.QueuedBytes);
    }

    [Fact]
    public async Task Requests_beyond_the_budget_wait_until_earlier_ones_are_released()
    {
        System.Collections.Concurrent.ConcurrentQueue<PooledBuffer> held = [];
        ReceiveBudget budget = new(2 * 4096, 100);
        RecordingHandler server = new((_, _, payload) => held.Enqueue(payload.Retain()));
        await using DataListener listener = new(
            _cluster.Options(Osd), new IPEndPoint(IPAddress.Loopback, 0), _ => server, _ => budget, NullLogger.Instance);
        DataConnection connection = await ConnectAsync(DataPlaneMode.Crc, listener.Address, Osd, new RecordingHandler());
        for (int i = 0; i < 3; i++)
        {
            connection.Send(new PgMessageFrame(default, default, default, Bytes(4096), []));
        }

        await server.NextAsync();
        await server.NextAsync();
        Task third = server.NextAsync();
        Assert.Equal(8192, budget.Bytes);
        Assert.False(third.IsCompleted);
        Release(held);
        await third;
        Release(held);
        Release(held);
        Assert.Equal((0, 0), (budget.Bytes, budget.Count));
        connection.Close();
    }

    private static void Release(System.Collections.Concurrent.ConcurrentQueue<PooledBuffer> held)
    {
        Assert.True(held.TryDequeue(out PooledBuffer? buffer));
        buffer.Dispose();
    }

    private static unsafe long AddressOf(PooledBuffer buffer)
    {
        using System.Buffers.MemoryHandle handle = buffer.Memory.Pin();
        return (long)handle.Pointer;
    }

    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private DataListener Listen(DataPlaneMode mode, Func<DataConnection, IFrameHandler> accept) =>
        new(_cluster.Options(Osd, mode), new IPEndPoint(IPAddress.Loopback, 0), accept, _ => null, NullLogger.Instance);

    private Task<DataConnection> ConnectAsync(DataPlaneMode mode, HostPort address, EntityName expected, IFrameHandler handler) =>
        new DataConnector(_cluster.Options(Admin, mode)).ConnectAsync(address, expected, handler, CancellationToken.None);

    private sealed class Releases : IDisposable
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Dispose() => Interlocked.Increment(ref _count);
    }
}
