using System.Collections.Concurrent;
using System.Net;
using Cairn.Maps;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.DataPlane.Frames;
using Cairn.Messaging.DataPlane.Loops;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cairn.Messaging.Tests.DataPlane;

public sealed class EventLoopTests : IDisposable
{
    private static readonly EntityName Osd = EntityName.Osd(3);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly TestCluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task A_connection_that_moves_to_another_loop_loses_no_frame()
    {
        const uint Frames = 5000;
        EventLoop[] loops = [new("test-0"), new("test-1")];
        ConcurrentQueue<uint> seen = new();
        HashSet<int> ranOn = [];
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        RecordingHandler server = new((connection, frame, _) =>
        {
            uint epoch = ((MapNoticeFrame)frame).Epoch.Value;
            seen.Enqueue(epoch);
            lock (ranOn)
            {
                ranOn.Add(Array.FindIndex(loops, static l => l.IsCurrent));
            }

            connection.Send(frame);
            if (epoch % 100 == 0)
            {
                connection.MoveTo(loops[epoch / 100 % 2]);
            }

            if (epoch == Frames)
            {
                all.SetResult();
            }
        });
        await using DataListener listener = Listen(server);
        RecordingHandler client = new();
        DataConnection connection = await ConnectAsync(listener, client);
        for (uint i = 1; i <= Frames; i++)
        {
            connection.Send(new MapNoticeFrame(new Epoch(i)));
            // Now and then the stream runs dry, so that it is the new loop that must notice what comes.
            if (i % 250 == 0)
            {
                for (uint j = i - 249; j <= i; j++)
                {
                    Assert.Equal(j, Assert.IsType<MapNoticeFrame>((await client.NextAsync()).Frame).Epoch.Value);
                }
            }
        }

        await all.Task.WaitAsync(Limit, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(1, (int)Frames).Select(static i => (uint)i), seen);
        Assert.Superset(new HashSet<int> { 0, 1 }, ranOn);
        connection.Close();
    }

    [Fact]
    public async Task Work_that_other_threads_give_a_loop_is_done_by_its_own_thread_in_order()
    {
        const int Count = 20_000;
        EventLoop loop = new("test-work");
        List<int> done = [];
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        for (int i = 0; i < Count; i++)
        {
            int number = i;
            loop.Queue(new Work(() =>
            {
                done.Add(loop.IsCurrent ? number : -1);
                if (number == Count - 1)
                {
                    all.SetResult();
                }
            }));
        }

        await all.Task.WaitAsync(Limit, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, Count), done);
    }

    [Fact]
    public async Task What_a_turn_sends_waits_for_its_end()
    {
        const int Frames = 200;
        RecordingHandler server = new();
        await using DataListener listener = Listen(server);
        DataConnection connection = await ConnectAsync(listener, new RecordingHandler());
        ConcurrentQueue<long> sends = new();
        TaskCompletionSource sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        EventLoop loop = new("test-turn");
        loop.Queue(new Work(() =>
        {
            for (uint i = 0; i < Frames; i++)
            {
                connection.Send(new MapNoticeFrame(new Epoch(i + 1)), i == Frames - 1 ? new Callback(() => sent.SetResult()) : null);
            }

            // Not before the turn ends.
            sends.Enqueue(connection.QueuedBytes);
        }));
        await sent.Task.WaitAsync(Limit, TestContext.Current.CancellationToken);
        Assert.Equal(Frames * 256, Assert.Single(sends));
        for (int i = 0; i < Frames; i++)
        {
            await server.NextAsync();
        }

        connection.Close();
    }

    [Fact]
    public async Task What_comes_while_a_loop_has_answers_to_send_is_handled_before_they_leave()
    {
        bool hasBegun = false, hasFollowed = false, hadFollowedWhenSent = false;
        DataConnection? other = null;
        TaskCompletionSource sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        RecordingHandler server = new((connection, frame, _) =>
        {
            hasFollowed = hasBegun;
            hasBegun |= EventLoop.Accepting.IsCurrent;
            if (!hasBegun)
            {
                // What is there when a connection begins is handled in the pool: the client tries again.
                connection.Send(frame);
            }
            else if (!hasFollowed)
            {
                connection.Send(frame, new Callback(() =>
                {
                    hadFollowedWhenSent = hasFollowed;
                    sent.SetResult();
                }));
                // By a thread that is in no turn: it is there before this loop has anything to send.
                Thread sender = new(() => other!.Send(frame));
                sender.Start();
                sender.Join();
            }
        });
        await using DataListener listener = Listen(server);
        RecordingHandler client = new();
        other = await ConnectAsync(listener, client);
        do
        {
            other.Send(new MapNoticeFrame(new Epoch(1)));
            await client.NextAsync();
        }
        while (!hasBegun);

        await sent.Task.WaitAsync(Limit, TestContext.Current.CancellationToken);
        Assert.True(hadFollowedWhenSent);
        other.Close();
    }

    [Fact]
    public void A_turn_does_all_its_work_before_it_sends()
    {
        List<string> done = [];
        LoopTurn.Begin();
        LoopTurn.TryDeferSend(new Work(() => done.Add("sent")));
        LoopTurn.TryDefer(new Work(() =>
        {
            done.Add("work");
            LoopTurn.TryDefer(new Work(() => done.Add("what came of it")));
        }));
        LoopTurn.End();
        Assert.Equal(["work", "what came of it", "sent"], done);
    }

    private DataListener Listen(IFrameHandler handler) =>
        new(_cluster.Options(Osd), new IPEndPoint(IPAddress.Loopback, 0), _ => handler, _ => null, NullLogger.Instance);

    private Task<DataConnection> ConnectAsync(DataListener listener, IFrameHandler handler) =>
        new DataConnector(_cluster.Options(EntityName.Client("admin"))).ConnectAsync(listener.Address, Osd, handler, CancellationToken.None);

    private sealed class Work(Action run) : ITurnWork
    {
        public void RunInTurn() => run();

        public void Execute() => run();
    }

    private sealed class Callback(Action dispose) : IDisposable
    {
        public void Dispose() => dispose();
    }
}
