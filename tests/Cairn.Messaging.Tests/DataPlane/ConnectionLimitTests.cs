using System.Net;
using System.Net.Sockets;
using Cairn.Maps;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.DataPlane.Frames;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cairn.Messaging.Tests.DataPlane;

[Collection(nameof(ConnectionLimitTests))]
[CollectionDefinition(nameof(ConnectionLimitTests), DisableParallelization = true)]
public sealed class ConnectionLimitTests : IDisposable
{
    private static readonly EntityName Osd = EntityName.Osd(3);
    private readonly TestCluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Peers_that_connect_and_say_nothing_are_let_go()
    {
        await using DataListener listener = Listen(_cluster.Options(Osd) with { ConnectTimeout = TimeSpan.FromMilliseconds(300) }, new RecordingHandler());
        List<Socket> silent = [];
        for (int i = 0; i < 200; i++)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, listener.Address.Port);
            silent.Add(socket);
        }

        foreach (Socket socket in silent)
        {
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
            Assert.Equal(0, await ReceiveAsync(socket, limit.Token));
            socket.Dispose();
        }
    }

    [Fact]
    public async Task Thousands_of_connections_work_side_by_side_and_idle_ones_hold_little()
    {
        const int Count = 2000;
        const int AtOnce = 50; // Each handshake computes: all at once would wait for each other.
        TimeSpan patience = TimeSpan.FromSeconds(60);
        await using DataListener listener = Listen(_cluster.Options(Osd) with { ConnectTimeout = patience }, new RecordingHandler(static (c, f, _) => c.Send(f)));
        DataConnector connector = new(_cluster.Options(EntityName.Client("admin")) with { ConnectTimeout = patience });
        long before = GC.GetTotalMemory(forceFullCollection: true);
        List<(DataConnection Connection, RecordingHandler Handler)> all = [];
        while (all.Count < Count)
        {
            all.AddRange(await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
            {
                RecordingHandler handler = new();
                return (await connector.ConnectAsync(listener.Address, Osd, handler, CancellationToken.None), handler);
            })));
        }

        Assert.Equal(Count, listener.ConnectionCount);
        for (int i = 0; i < Count; i++)
        {
            all[i].Connection.Send(new MapNoticeFrame(new Epoch((uint)i)));
        }

        for (int i = 0; i < Count; i++)
        {
            (Frame frame, _) = await all[i].Handler.NextAsync();
            Assert.Equal((uint)i, Assert.IsType<MapNoticeFrame>(frame).Epoch.Value);
        }

        // Both ends are in this process: a receive buffer of 16 KiB each, and what describes the connection.
        Assert.InRange((GC.GetTotalMemory(forceFullCollection: true) - before) / Count, 0, 64 << 10);
        all.ForEach(static c => c.Connection.Close());
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_refused_and_those_within_go_on()
    {
        await using DataListener listener = Listen(_cluster.Options(Osd) with { ConnectionsMax = 2 }, new RecordingHandler(static (c, f, _) => c.Send(f)));
        DataConnector connector = new(_cluster.Options(EntityName.Client("admin")));
        RecordingHandler first = new();
        DataConnection one = await connector.ConnectAsync(listener.Address, Osd, first, CancellationToken.None);
        DataConnection two = await connector.ConnectAsync(listener.Address, Osd, new RecordingHandler(), CancellationToken.None);
        await Assert.ThrowsAnyAsync<IOException>(() => connector.ConnectAsync(listener.Address, Osd, new RecordingHandler(), CancellationToken.None));
        one.Send(new MapNoticeFrame(new Epoch(5)));
        await first.NextAsync();
        one.Close();
        two.Close();
    }

    [Fact]
    public async Task A_client_that_does_not_read_its_answers_is_no_longer_read()
    {
        int handled = 0;
        TaskCompletionSource paused = new();
        byte[] answer = new byte[1 << 20];
        DataPlaneOptions options = _cluster.Options(Osd) with { SendQueueBytesMax = 8 << 20 };
        await using DataListener listener = new(
            options,
            new IPEndPoint(IPAddress.Loopback, 0),
            _ => new RecordingHandler((c, _, _) =>
            {
                Interlocked.Increment(ref handled);
                c.Send(new PgMessageFrame(default, default, default, answer, []));
                if (c.QueuedBytes > 8 << 20)
                {
                    paused.TrySetResult();
                }
            }),
            _ => null,
            NullLogger.Instance);
        using ManualResetEventSlim resume = new();
        // It blocks the loop that all connections of this process share: no other test may run beside this one.
        RecordingHandler stuck = new((_, _, _) => resume.Wait(TimeSpan.FromSeconds(20)));
        DataConnection connection = await new DataConnector(_cluster.Options(EntityName.Client("admin"))).ConnectAsync(listener.Address, Osd, stuck, CancellationToken.None);
        for (int i = 0; i < 200; i++)
        {
            connection.Send(new MapNoticeFrame(new Epoch((uint)i)));
        }

        await paused.Task.WaitAsync(TimeSpan.FromSeconds(10));
        int whenPaused = Volatile.Read(ref handled);
        Assert.InRange(whenPaused, 8, 60);
        resume.Set();
        for (int i = 0; i < 200; i++)
        {
            await stuck.NextAsync();
        }

        connection.Close();
    }

    [Fact]
    public async Task A_steady_stream_of_writes_allocates_no_payloads()
    {
        const int Ops = 2000;
        const int Size = 64 << 10;
        await using DataListener listener = Listen(_cluster.Options(Osd), new Acknowledging());
        Pump pump = new(Size);
        DataConnection connection = await new DataConnector(_cluster.Options(EntityName.Client("admin"))).ConnectAsync(listener.Address, Osd, pump, CancellationToken.None);
        await pump.RunAsync(connection, Ops);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await pump.RunAsync(connection, Ops);
        long perOp = (GC.GetTotalAllocatedBytes(precise: true) - before) / Ops;
        connection.Close();
        // Both ends together: requests, replies and their frames, but not one of the payloads.
        Assert.InRange(perOp, 0, 4096);
    }

    private static DataListener Listen(DataPlaneOptions options, IFrameHandler handler) =>
        new(options, new IPEndPoint(IPAddress.Loopback, 0), _ => handler, _ => null, NullLogger.Instance);

    private static async Task<int> ReceiveAsync(Socket socket, CancellationToken cancellationToken)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[16], cancellationToken);
        }
        catch (SocketException)
        {
            return 0; // A reset is as good an end.
        }
    }

    private sealed class Acknowledging : IFrameHandler
    {
        public void OnFrame(DataConnection connection, Frame frame, PooledBuffer payload)
        {
            connection.Send(new OsdOpReplyFrame(new OsdOpReply(((OsdOpFrame)frame).Op.Id, OpStatus.Ok, default, [StepResult.Done])));
            payload.Dispose();
        }

        public void OnClosed(DataConnection connection, Exception? reason)
        {
        }
    }

    private sealed class Pump(int size) : IFrameHandler
    {
        private const int InFlight = 16;
        private readonly ObjectId _object = new(1, "", "o");
        private readonly byte[] _data = new byte[size];
        private TaskCompletionSource _done = new();
        private int _toSend;
        private int _open;

        public Task RunAsync(DataConnection connection, int ops)
        {
            _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _open = ops;
            _toSend = ops - InFlight;
            for (int i = 0; i < InFlight; i++)
            {
                Send(connection);
            }

            return _done.Task;
        }

        public void OnFrame(DataConnection connection, Frame frame, PooledBuffer payload)
        {
            payload.Dispose();
            if (_toSend-- > 0)
            {
                Send(connection);
            }

            if (--_open == 0)
            {
                _done.SetResult();
            }
        }

        public void OnClosed(DataConnection connection, Exception? reason) => _done.TrySetException(reason ?? new IOException("closed"));

        private void Send(DataConnection connection) =>
            connection.Send(new OsdOpFrame(new OsdOp(new RequestId(1, 2), new PgId(1, 0), _object, new Epoch(1), [new WriteFullOp(_data)])));
    }
}
