using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Cairn.Maps;
using Cairn.Messaging.DataPlane.Frames;
using Cairn.Messaging.DataPlane.Handshake;
using Cairn.Messaging.DataPlane.Loops;
using Cairn.Messaging.DataPlane.Transport;

namespace Cairn.Messaging.DataPlane;

/// <summary>
/// An authenticated connection of frames. Any thread may send: frames are queued, and one thread at a time sends whatever has queued
/// meanwhile in one go. A loop receives and calls the handler. Frames arrive in the order sent, or the connection is closed.
/// </summary>
public sealed class DataConnection : IFrameSink, ITurnWork
{
    private const int FrameOverheadBytes = 256;

    /// <summary>
    /// More than this is no work for a thread that has other things to do: the kernel copies it in the sender's time. A few payloads of 64 KiB are
    /// sent sooner than a thread of the pool is woken for them: 8 to 10 % of the CPU of such a write.
    /// </summary>
    private const int BytesSentInTurnMax = 512 << 10;

    /// <summary>Frames handled before what they set going is done.</summary>
    private const int FramesPerTurn = 64;

    private readonly IByteChannel _channel;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;
    private readonly DataPlaneOptions _options;
    private readonly bool _pausesForSlowReader;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IFrameHandler _handler = null!;
    private List<Queued> _queue = [];
    private List<Queued> _sending = [];
    private long _queuedBytes;
    private TaskCompletionSource? _drained;
    private TaskCompletionSource? _sendingEnded;
    private bool _isSending;
    private bool _isClosed;
    private Exception? _reason;

    internal DataConnection(HandshakeResult handshake, DataPlaneOptions options, HostPort remote, bool isAccepted)
    {
        _channel = handshake.Channel;
        _reader = handshake.Reader;
        _writer = new FrameWriter(_channel);
        _options = options;
        Peer = handshake.Peer;
        Remote = remote;
        IsAccepted = isAccepted;
        // Two OSDs that stopped reading from each other would never start again: only accepted clients are paused.
        _pausesForSlowReader = isAccepted && Peer.Type == EntityType.Client;
    }

    /// <summary>Who the peer is, proven by its certificate.</summary>
    public EntityName Peer { get; }

    public HostPort Remote { get; }

    /// <summary>Whether the peer connected to us, not we to it.</summary>
    public bool IsAccepted { get; }

    /// <summary>Bytes waiting to be sent.</summary>
    public long QueuedBytes => Interlocked.Read(ref _queuedBytes);

    public bool IsClosed => Volatile.Read(ref _isClosed);

    /// <summary>For the owner: anything it keeps with the connection.</summary>
    public object? Tag { get; set; }

    /// <summary>Completes when both loops have ended and the handler was told.</summary>
    public Task Closed => _closed.Task;

    /// <inheritdoc/>
    /// <remarks>Within a turn it leaves at the turn's end, else before this returns, unless another thread is sending or it is much.</remarks>
    public bool Send(Frame frame, IDisposable? release = null)
    {
        int bytes = frame.PayloadLength + FrameOverheadBytes;
        bool start = false;
        long queued = -1;
        lock (_lock)
        {
            if (!_isClosed)
            {
                start = !_isSending;
                _isSending = true;
                _queue.Add(new Queued(frame, release, bytes));
                queued = Interlocked.Add(ref _queuedBytes, bytes);
            }
        }

        if (queued < 0)
        {
            release?.Dispose();
            return false;
        }

        if (start && !LoopTurn.TryDeferSend(this))
        {
            ((ITurnWork)this).RunInTurn();
        }

        if (queued > _options.SendQueueBytesHardMax)
        {
            Close(new IOException($"{Peer} takes nothing: {queued} bytes wait to be sent to it"));
        }

        return true;
    }

    /// <summary>Closes at once; queued frames are dropped. Does not wait: see <see cref="Closed"/>.</summary>
    public void Close(Exception? reason = null)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            Volatile.Write(ref _isClosed, true);
            _reason = reason;
        }

        // Callers may hold locks: whatever the cancellation sets going runs elsewhere.
        _ = _closing.CancelAsync();
        _channel.Abort();
    }

    void ITurnWork.RunInTurn()
    {
        if (QueuedBytes > BytesSentInTurnMax)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        else
        {
            _ = SendQueueAsync();
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = SendQueueAsync();

    /// <summary>Has another loop receive from now on. Does nothing to a connection in mode secure, which has none.</summary>
    public void MoveTo(EventLoop loop) => (_channel as LoopChannel)?.MoveTo(loop);

    internal void Start(IFrameHandler handler)
    {
        _handler = handler;
        (_channel as LoopChannel)?.Establish();
        using AsyncFlowControl flow = ExecutionContext.SuppressFlow();
        _ = Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        await ReceiveLoopAsync().ConfigureAwait(false);
        await SendingEndedAsync().ConfigureAwait(false);
        DropQueue();
        _reader.Dispose();
        _channel.Dispose();
        try
        {
            _handler.OnClosed(this, _reason);
        }
        finally
        {
            _closed.SetResult();
        }
    }

    private async Task ReceiveLoopAsync()
    {
        try
        {
            while (await ReceiveTurnAsync().ConfigureAwait(false))
            {
            }

            Close();
        }
        catch (InvariantException bug)
        {
            // A bug in a handler stops the daemon: nothing may catch it.
            ThreadPool.UnsafeQueueUserWorkItem(static e => ExceptionDispatchInfo.Throw(e), bug, preferLocal: false);
        }
        catch (Exception e)
        {
            Close(e);
        }
    }

    /// <summary>Waits for a frame, then handles it and what came with it.</summary>
    /// <returns>False at the end of the stream.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReceiveTurnAsync()
    {
        (Frame Frame, PooledBuffer Payload)? received = await _reader.ReadAsync(_closing.Token).ConfigureAwait(false);
        if (received is not { } first)
        {
            return false;
        }

        if (!HandleTurn(first.Frame, first.Payload))
        {
            return false;
        }

        if (IsReaderSlow)
        {
            await WaitForDrainAsync().ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>The peer's answers pile up here: no more of its requests until it took some.</summary>
    private bool IsReaderSlow => _pausesForSlowReader && QueuedBytes > _options.SendQueueBytesMax;

    private bool HandleTurn(Frame frame, PooledBuffer payload)
    {
        LoopTurn.Begin();
        try
        {
            for (int handled = 1; ; handled++)
            {
                if (!Handle(frame, payload))
                {
                    return false;
                }

                if (handled >= FramesPerTurn || IsReaderSlow || !_reader.TryReadBuffered(out frame!, out payload!))
                {
                    return true;
                }
            }
        }
        finally
        {
            LoopTurn.End();
        }
    }

    private bool Handle(Frame frame, PooledBuffer payload)
    {
        if (IsClosed)
        {
            // What lay in the buffer behind the frame at which the owner closed.
            payload.Dispose();
            return false;
        }

        if (frame is HandshakeFrame)
        {
            throw new FrameFormatException("a handshake frame after the handshake");
        }

        _handler.OnFrame(this, frame, payload);
        return true;
    }

    /// <summary>Sends until nothing is queued. One at a time: whoever set <see cref="_isSending"/> runs it.</summary>
    private async Task SendQueueAsync()
    {
        try
        {
            while (TakeQueue())
            {
                await SendBatchAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            Close(e);
            TakeQueue();
        }
    }

    /// <returns>False: nothing is left to send, or the connection is closed; the next frame starts the sending anew.</returns>
    private bool TakeQueue()
    {
        TaskCompletionSource? ended;
        lock (_lock)
        {
            if (!_isClosed && _queue.Count > 0)
            {
                (_queue, _sending) = (_sending, _queue);
                return true;
            }

            _isSending = false;
            ended = _sendingEnded;
        }

        ended?.TrySetResult();
        return false;
    }

    /// <summary>After closing: completes when no thread is sending any more.</summary>
    private Task SendingEndedAsync()
    {
        lock (_lock)
        {
            return _isSending
                ? (_sendingEnded ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task
                : Task.CompletedTask;
        }
    }

    private async ValueTask SendBatchAsync()
    {
        _writer.Begin();
        try
        {
            foreach (Queued queued in _sending)
            {
                if (!_writer.TryAdd(queued.Frame))
                {
                    await _writer.AddLargeAsync(_closing.Token).ConfigureAwait(false);
                }
            }

            await _writer.FlushAsync(_closing.Token).ConfigureAwait(false);
            DataPlaneCounters.CountSent(_sending.Count, _writer.TakePayload(), _writer.TakeStagedPayload());
        }
        finally
        {
            _writer.End();
            Release(_sending);
        }
    }

    private void Release(List<Queued> sent)
    {
        long bytes = 0;
        foreach (Queued queued in sent)
        {
            bytes += queued.Bytes;
            queued.Release?.Dispose();
        }

        sent.Clear();
        if (Interlocked.Add(ref _queuedBytes, -bytes) <= _options.SendQueueBytesMax / 2)
        {
            Interlocked.Exchange(ref _drained, null)?.TrySetResult();
        }
    }

    private void DropQueue()
    {
        lock (_lock)
        {
            Release(_queue);
            Release(_sending);
        }

        Interlocked.Exchange(ref _drained, null)?.TrySetResult();
    }

    private async ValueTask WaitForDrainAsync()
    {
        TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _drained, drained);
        if (QueuedBytes > _options.SendQueueBytesMax / 2 && !IsClosed)
        {
            await drained.Task.WaitAsync(_closing.Token).ConfigureAwait(false);
        }
    }

    private readonly record struct Queued(Frame Frame, IDisposable? Release, int Bytes);
}
