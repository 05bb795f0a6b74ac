using System.Runtime.ExceptionServices;
using Cairn.Maps;
using Cairn.Messaging.DataPlane.Frames;
using Cairn.Messaging.DataPlane.Handshake;
using Cairn.Messaging.DataPlane.Transport;

namespace Cairn.Messaging.DataPlane;

/// <summary>
/// An authenticated connection of frames. Any thread may send: frames are queued, and one loop sends whatever has queued meanwhile in
/// one go. Another loop receives and calls the handler. Frames arrive in the order sent, or the connection is closed.
/// </summary>
public sealed class DataConnection
{
    private const int FrameOverheadBytes = 256;

    private readonly IByteChannel _channel;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;
    private readonly DataPlaneOptions _options;
    private readonly bool _pausesForSlowReader;
    private readonly CancellationTokenSource _closing = new();
    private readonly AsyncSignal _wake = new();
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IFrameHandler _handler = null!;
    private List<Queued> _queue = [];
    private List<Queued> _sending = [];
    private long _queuedBytes;
    private TaskCompletionSource? _drained;
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

    /// <summary>Queues a frame. Does not block.</summary>
    /// <param name="frame">Its data is lent until <paramref name="release"/> is disposed.</param>
    /// <param name="release">Disposed once, when the frame was sent or dropped, from any thread.</param>
    /// <returns>False if the connection is closed: the frame was dropped.</returns>
    public bool Send(Frame frame, IDisposable? release = null)
    {
        int bytes = frame.PayloadLength + FrameOverheadBytes;
        bool wake;
        long queued;
        lock (_lock)
        {
            if (_isClosed)
            {
                wake = false;
                queued = -1;
            }
            else
            {
                wake = _queue.Count == 0;
                _queue.Add(new Queued(frame, release, bytes));
                queued = Interlocked.Add(ref _queuedBytes, bytes);
            }
        }

        if (queued < 0)
        {
            release?.Dispose();
            return false;
        }

        if (wake)
        {
            _wake.Set();
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
        _wake.Set();
    }

    internal void Start(IFrameHandler handler)
    {
        _handler = handler;
        using AsyncFlowControl flow = ExecutionContext.SuppressFlow();
        _ = Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        Task sending = SendLoopAsync();
        await ReceiveLoopAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(false);
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
            while (await _reader.ReadAsync(_closing.Token).ConfigureAwait(false) is { } received)
            {
                if (IsClosed)
                {
                    // What lay in the buffer behind the frame at which the owner closed.
                    received.Payload.Dispose();
                    break;
                }

                if (received.Frame is HandshakeFrame)
                {
                    throw new FrameFormatException("a handshake frame after the handshake");
                }

                _handler.OnFrame(this, received.Frame, received.Payload);
                if (_pausesForSlowReader && QueuedBytes > _options.SendQueueBytesMax)
                {
                    await WaitForDrainAsync().ConfigureAwait(false);
                }
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

    private async Task SendLoopAsync()
    {
        try
        {
            while (!IsClosed)
            {
                await _wake.WaitAsync().ConfigureAwait(false);
                while (TakeQueue())
                {
                    await SendBatchAsync().ConfigureAwait(false);
                }
            }
        }
        catch (Exception e)
        {
            Close(e);
        }

        DropQueue();
    }

    private bool TakeQueue()
    {
        lock (_lock)
        {
            (_queue, _sending) = (_sending, _queue);
            return _sending.Count > 0 && !_isClosed;
        }
    }

    private async ValueTask SendBatchAsync()
    {
        _writer.Begin();
        try
        {
            foreach (Queued queued in _sending)
            {
                await _writer.AddAsync(queued.Frame, _closing.Token).ConfigureAwait(false);
            }

            await _writer.FlushAsync(_closing.Token).ConfigureAwait(false);
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
