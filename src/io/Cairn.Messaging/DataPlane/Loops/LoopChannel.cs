using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Cairn.Messaging.DataPlane.Transport;

namespace Cairn.Messaging.DataPlane.Loops;

/// <summary>
/// A plain TCP socket whose waiting is done by an <see cref="EventLoop"/>. Whoever waits to receive goes on in the loop's thread; until
/// <see cref="Establish"/> in the pool, since a handshake computes for long. Calls are tried before they are waited for.
/// </summary>
/// <remarks>
/// Events are edge-triggered. A flag says that something came since the last call; it is cleared before the call, so that what comes
/// meanwhile is not missed, and a receive that leaves the buffer unfilled needs no second one to know that nothing is left.
/// </remarks>
internal sealed class LoopChannel : IByteChannel, ITurnWork
{
    /// <summary>A longer rest of a send goes on in the pool when there is room again: the kernel copies it in the sender's time.</summary>
    private const int InlineRestMax = 128 << 10;

    /// <summary>Receives in a row before the loop's other sockets have their turn.</summary>
    private const int ReceivesInRowMax = 4;

    /// <summary>Of a payload, this much is worth waking the loop for: each 64 KiB of it would do that alone, eight times as often.</summary>
    private const int LowWaterMax = 512 << 10;

    private readonly Socket _socket;
    private readonly int _descriptor;
    private readonly Lock _lock = new();
    private readonly LoopWait _receiving = new();
    private readonly LoopWait _sending = new();
    private EventLoop _loop;
    private EventLoop? _next;
    private ulong _slot;
    private Memory<byte> _buffer;
    private int _wanted = 1;
    private int _lowWater = 1;
    private bool _readable = true;
    private bool _writable;
    private bool _hungUp;
    private int _receivesInRow;
    private bool _established;
    private volatile bool _aborted;
    private bool _closed;

    /// <param name="socket">Given.</param>
    public LoopChannel(Socket socket, EventLoop loop)
        : this(socket, loop, isWritable: true)
    {
    }

    private LoopChannel(Socket socket, EventLoop loop, bool isWritable)
    {
        _socket = socket;
        _descriptor = (int)socket.SafeHandle.DangerousGetHandle();
        _loop = loop;
        _writable = isWritable;
        _receiving.RunsElsewhere = _sending.RunsElsewhere = true;
        _slot = loop.Add(this, _descriptor);
    }

    /// <param name="socket">Given, also when this fails.</param>
    /// <exception cref="SocketException">It can't be connected.</exception>
    public static async ValueTask<LoopChannel> ConnectAsync(Socket socket, IPEndPoint endPoint, EventLoop loop, CancellationToken cancellationToken)
    {
        socket.Blocking = false;
        SocketAddress address = endPoint.Serialize();
        int error = Epoll.Connect((int)socket.SafeHandle.DangerousGetHandle(), address.Buffer.Span[..address.Size]);
        if (error is not (0 or Epoll.InProgress))
        {
            throw Epoll.ToSocketException(error);
        }

        // Only now: a socket that does not even try to connect counts as ready for everything.
        LoopChannel channel = new(socket, loop, isWritable: error == 0);
        try
        {
            using (cancellationToken.UnsafeRegister(static c => ((LoopChannel)c!).Abort(), channel))
            {
                await channel.WhenWritable(0).ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            error = Epoll.PendingError(channel._descriptor);
            return error == 0 ? channel : throw Epoll.ToSocketException(error);
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

    public EventLoop Loop => _loop;

    /// <summary>From now on waiters go on in the loop's thread, and only <see cref="Abort"/> ends their waiting.</summary>
    public void Establish()
    {
        _established = true;
        _receiving.RunsElsewhere = false;
    }

    /// <summary>Another loop takes over, with the next receive.</summary>
    public void MoveTo(EventLoop loop) => Volatile.Write(ref _next, loop);

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _wanted = 1;
        return _established || !cancellationToken.CanBeCanceled ? ReceiveAsync(buffer) : ReceiveCancellableAsync(buffer, cancellationToken);
    }

    public ValueTask<int> ReceiveBulkAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (!_established)
        {
            return ReceiveAsync(buffer, cancellationToken);
        }

        _wanted = Math.Min(buffer.Length, LowWaterMax);
        return ReceiveAsync(buffer);
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        int sent = TrySend(bytes.Span);
        return sent == bytes.Length ? ValueTask.CompletedTask : SendRestAsync(bytes[sent..]);
    }

    public ValueTask SendAsync(List<ArraySegment<byte>> parts, CancellationToken cancellationToken)
    {
        long total = 0;
        foreach (ArraySegment<byte> part in parts)
        {
            total += part.Count;
        }

        long sent = TrySend(CollectionsMarshal.AsSpan(parts), 0);
        return sent == total ? ValueTask.CompletedTask : SendRestAsync(parts, sent, total);
    }

    public void Abort()
    {
        lock (_lock)
        {
            if (_aborted || _closed)
            {
                return;
            }

            _aborted = true;
            Epoll.Shutdown(_descriptor);
        }

        // Whoever waits is told by the loop, not by whoever aborts, who may hold locks.
        _loop.Queue(this);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _aborted = _closed = true;
            _loop.Remove(_slot, _descriptor);
            Epoll.Shutdown(_descriptor);
        }

        _socket.Dispose();
    }

    void ITurnWork.RunInTurn() => OnReady(_aborted ? Epoll.Readable | Epoll.Writable | Epoll.HungUp : Epoll.Readable);

    void IThreadPoolWorkItem.Execute() => ((ITurnWork)this).RunInTurn();

    /// <summary>By the loop's thread.</summary>
    internal void OnReady(uint events)
    {
        const uint Ended = Epoll.HungUp | Epoll.PeerHungUp | Epoll.Failed;
        bool receives, sends;
        lock (_lock)
        {
            _hungUp |= (events & Ended) != 0;
            _readable |= (events & (Epoll.Readable | Ended)) != 0;
            _writable |= (events & (Epoll.Writable | Epoll.HungUp | Epoll.Failed)) != 0;
            receives = _readable && _receiving.TryTake();
            sends = _writable && _sending.TryTake();
        }

        if (sends)
        {
            _sending.Complete(0, null);
        }

        if (receives)
        {
            Retry();
        }
    }

    private void Retry()
    {
        _receivesInRow = 0;
        Memory<byte> buffer = _buffer;
        _buffer = default;
        int received;
        try
        {
            if (!TryReceive(buffer, out received))
            {
                return;
            }
        }
        catch (IOException e)
        {
            _receiving.Complete(0, e);
            return;
        }

        _receiving.Complete(received, null);
    }

    private ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        if (_next is not null)
        {
            Move();
        }

        _receiving.Reset();
        return TryReceive(buffer, out int received) ? ValueTask.FromResult(received) : _receiving.Task;
    }

    private async ValueTask<int> ReceiveCancellableAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using (cancellationToken.UnsafeRegister(static channel => ((LoopChannel)channel!).Abort(), this))
        {
            try
            {
                int received = await ReceiveAsync(buffer).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                return received;
            }
            catch (IOException) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }
    }

    /// <returns>False: nothing is there, and <see cref="_receiving"/> waits with this buffer.</returns>
    private bool TryReceive(Memory<byte> buffer, out int received)
    {
        while (true)
        {
            if (_aborted)
            {
                throw new IOException("the connection was closed on this side");
            }

            if (!MayReceive(buffer))
            {
                received = 0;
                return false;
            }

            DataPlaneCounters.CountReceive();
            received = Epoll.Receive(_descriptor, buffer.Span, out int error);
            if (received >= 0)
            {
                if (received == buffer.Length)
                {
                    // There may be more.
                    lock (_lock)
                    {
                        _readable = true;
                    }
                }

                return true;
            }

            if (error is not (Epoll.WouldBlock or Epoll.Interrupted))
            {
                throw Epoll.Failure(error);
            }

            lock (_lock)
            {
                _readable |= error == Epoll.Interrupted;
                _hungUp = false;
            }
        }
    }

    /// <returns>False: it waits, for something to come or for its next turn.</returns>
    private bool MayReceive(Memory<byte> buffer)
    {
        bool isReady;
        lock (_lock)
        {
            isReady = _readable || _hungUp;
            if (isReady && ++_receivesInRow <= ReceivesInRowMax)
            {
                _readable = false;
                return true;
            }

            if (!isReady && _lowWater != _wanted && !_closed)
            {
                // The kernel looks at once whether as much is there by now: nothing is missed.
                _lowWater = _wanted;
                Epoll.SetLowWater(_descriptor, _wanted);
            }

            _buffer = buffer;
            _receiving.Wait();
        }

        if (isReady)
        {
            _loop.Queue(this);
        }

        return false;
    }

    private void Move()
    {
        lock (_lock)
        {
            EventLoop next = _next!;
            _next = null;
            if (_closed || next == _loop)
            {
                return;
            }

            // What is ready at the new registration is an event of it: nothing gets lost between the two.
            _loop.Remove(_slot, _descriptor);
            _loop = next;
            _slot = next.Add(this, _descriptor);
            _readable = _writable = true;
        }
    }

    private int TrySend(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            Volatile.Write(ref _writable, false);
            DataPlaneCounters.CountSend();
            int sent = Epoll.Send(_descriptor, bytes, out int error);
            if (sent >= 0 || error == Epoll.WouldBlock)
            {
                return Math.Max(0, sent);
            }

            if (error != Epoll.Interrupted)
            {
                throw Epoll.Failure(error);
            }
        }
    }

    /// <param name="skip">Bytes of the parts that are sent already.</param>
    private unsafe long TrySend(Span<ArraySegment<byte>> parts, long skip)
    {
        const int PartsMax = 64;
        IoVector* vectors = stackalloc IoVector[PartsMax];
        GCHandle* pins = stackalloc GCHandle[PartsMax];
        int count = 0;
        try
        {
            for (int i = 0; i < parts.Length && count < PartsMax; i++)
            {
                if (skip >= parts[i].Count)
                {
                    skip -= parts[i].Count;
                    continue;
                }

                pins[count] = GCHandle.Alloc(parts[i].Array, GCHandleType.Pinned);
                vectors[count] = new IoVector
                {
                    Start = (byte*)pins[count].AddrOfPinnedObject() + parts[i].Offset + skip,
                    Length = parts[i].Count - (nint)skip,
                };
                count++;
                skip = 0;
            }

            while (true)
            {
                Volatile.Write(ref _writable, false);
                DataPlaneCounters.CountSend();
                long sent = Epoll.Send(_descriptor, new ReadOnlySpan<IoVector>(vectors, count), out int error);
                if (sent >= 0 || error == Epoll.WouldBlock)
                {
                    return Math.Max(0, sent);
                }

                if (error != Epoll.Interrupted)
                {
                    throw Epoll.Failure(error);
                }
            }
        }
        finally
        {
            for (int i = 0; i < count; i++)
            {
                pins[i].Free();
            }
        }
    }

    private async ValueTask SendRestAsync(ReadOnlyMemory<byte> rest)
    {
        while (rest.Length > 0)
        {
            await WhenWritable(rest.Length).ConfigureAwait(false);
            rest = rest[TrySend(rest.Span)..];
        }
    }

    private async ValueTask SendRestAsync(List<ArraySegment<byte>> parts, long sent, long total)
    {
        while (sent < total)
        {
            await WhenWritable(total - sent).ConfigureAwait(false);
            sent += TrySend(CollectionsMarshal.AsSpan(parts), sent);
        }
    }

    /// <summary>Completes when a send that did not take everything is worth another try.</summary>
    private ValueTask<int> WhenWritable(long rest)
    {
        lock (_lock)
        {
            if (_writable || _aborted)
            {
                return ValueTask.FromResult(0);
            }

            _sending.RunsElsewhere = !_established || rest > InlineRestMax;
            _sending.Reset();
            _sending.Wait();
            return _sending.Task;
        }
    }
}
