using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Cairn.Messaging.DataPlane.Frames;
using Cairn.Messaging.DataPlane.Wire;

namespace Cairn.Messaging.DataPlane.Transport;

/// <summary>
/// Reads frames from a channel. Small frames are parsed out of one receive buffer, many a system call; the payload of a large one is
/// received straight into the pooled buffer that goes to the store.
/// </summary>
internal sealed class FrameReader(IByteChannel channel) : IDisposable
{
    private const int FirstBufferBytes = 16 << 10;
    private const int BufferBytesMax = 256 << 10;

    /// <summary>A payload at least this long is not gathered in the receive buffer.</summary>
    private const int DirectFrom = 16 << 10;

    /// <summary>A payload is received in pieces that are in the processor's second cache still when they are summed.</summary>
    private const int SummedAtOnce = 512 << 10;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
    private int _start;
    private int _end;

    public int HeaderMax { get; set; } = FramePrelude.HeaderBytesMax;

    public int PayloadMax { get; set; } = FramePrelude.PayloadBytesMax;

    /// <summary>Bounds the payloads in memory; null: no bound here, since the sender has one.</summary>
    public ReceiveBudget? Budget { get; set; }

    /// <summary>The next frame, or null at the orderly end of the stream.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<(Frame Frame, PooledBuffer Payload)?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(FramePrelude.Bytes, cancellationToken).ConfigureAwait(false))
        {
            return _end == _start ? null : throw new FrameFormatException("the stream ends within a frame");
        }

        FramePrelude prelude = FramePrelude.Read(_buffer.AsSpan(_start), HeaderMax, PayloadMax);
        int inBuffer = FramePrelude.Bytes + prelude.HeaderLength + (prelude.PayloadLength < DirectFrom ? prelude.PayloadLength : 0);
        if (!await FillAsync(inBuffer, cancellationToken).ConfigureAwait(false))
        {
            throw new FrameFormatException("the stream ends within a frame");
        }

        CheckHeader(prelude);
        PooledBuffer payload = await ReceivePayloadAsync(prelude, cancellationToken).ConfigureAwait(false);
        try
        {
            return (Decode(prelude, payload), payload);
        }
        catch
        {
            payload.Dispose();
            throw;
        }
    }

    /// <summary>The next frame if the buffer holds it whole: then nothing is waited for.</summary>
    public bool TryReadBuffered([NotNullWhen(true)] out Frame? frame, [NotNullWhen(true)] out PooledBuffer? payload)
    {
        frame = null;
        payload = null;
        if (_end - _start < FramePrelude.Bytes)
        {
            return false;
        }

        FramePrelude prelude = FramePrelude.Read(_buffer.AsSpan(_start), HeaderMax, PayloadMax);
        if (prelude.PayloadLength >= DirectFrom || _end - _start < FramePrelude.Bytes + prelude.HeaderLength + prelude.PayloadLength)
        {
            return false;
        }

        CheckHeader(prelude);
        if (Budget is { } budget && !budget.TryAcquire(prelude.PayloadLength))
        {
            return false;
        }

        payload = BufferPool.Shared.Rent(prelude.PayloadLength, Budget);
        CopyFromBuffer(prelude, payload);
        try
        {
            frame = Decode(prelude, payload);
            return true;
        }
        catch
        {
            payload.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        byte[] buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Exactly these bytes, before the first frame.</summary>
    public async ValueTask<byte[]?> ReadRawAsync(int count, CancellationToken cancellationToken)
    {
        if (!await FillAsync(count, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        byte[] bytes = _buffer.AsSpan(_start, count).ToArray();
        _start += count;
        return bytes;
    }

    private void CheckHeader(FramePrelude prelude) =>
        prelude.CheckHeader(_buffer.AsSpan(_start), _buffer.AsSpan(_start + FramePrelude.Bytes, prelude.HeaderLength));

    private Frame Decode(FramePrelude prelude, PooledBuffer payload)
    {
        prelude.CheckPayload(payload.Memory);
        Frame frame = FrameDecoder.Decode(_buffer.AsSpan(_start + FramePrelude.Bytes, prelude.HeaderLength), payload.Memory);
        _start += FramePrelude.Bytes + prelude.HeaderLength + (prelude.PayloadLength < DirectFrom ? prelude.PayloadLength : 0);
        return frame;
    }

    private ValueTask<PooledBuffer> ReceivePayloadAsync(FramePrelude prelude, CancellationToken cancellationToken)
    {
        if (Budget is null && prelude.PayloadLength < DirectFrom)
        {
            PooledBuffer payload = BufferPool.Shared.Rent(prelude.PayloadLength, null);
            CopyFromBuffer(prelude, payload);
            return ValueTask.FromResult(payload);
        }

        return ReceivePayloadSlowAsync(prelude, cancellationToken);
    }

    private async ValueTask<PooledBuffer> ReceivePayloadSlowAsync(FramePrelude prelude, CancellationToken cancellationToken)
    {
        if (Budget is { } budget)
        {
            await budget.AcquireAsync(prelude.PayloadLength, cancellationToken).ConfigureAwait(false);
        }

        PooledBuffer payload = BufferPool.Shared.Rent(prelude.PayloadLength, Budget);
        try
        {
            int have = CopyFromBuffer(prelude, payload);
            if (payload.Length >= DirectFrom)
            {
                await ReceiveRestAsync(payload, have, cancellationToken).ConfigureAwait(false);
            }

            return payload;
        }
        catch
        {
            payload.Dispose();
            throw;
        }
    }

    private async ValueTask ReceiveRestAsync(PooledBuffer payload, int have, CancellationToken cancellationToken)
    {
        BlockSummer summer = new(payload.Length);
        summer.Take(payload.Writable.Span[..have]);
        while (have < payload.Length)
        {
            int wanted = Math.Min(payload.Length - have, SummedAtOnce);
            int received = await channel.ReceiveBulkAsync(payload.Writable.Slice(have, wanted), cancellationToken).ConfigureAwait(false);
            have += received > 0 ? received : throw new FrameFormatException("the stream ends within a frame");
            summer.Take(payload.Writable.Span[..have]);
        }

        payload.KnowSums(summer.Sums);
    }

    /// <summary>Moves what the buffer holds of the payload. Of a direct payload, those bytes are then gone from the buffer.</summary>
    private int CopyFromBuffer(FramePrelude prelude, PooledBuffer payload)
    {
        int at = _start + FramePrelude.Bytes + prelude.HeaderLength;
        int there = Math.Min(_end - at, payload.Length);
        _buffer.AsSpan(at, there).CopyTo(payload.Writable.Span);
        DataPlaneCounters.CountReceived(payload.Length, there);
        if (payload.Length >= DirectFrom)
        {
            // Close the gap, so that what follows the header in the buffer is the next frame.
            _buffer.AsSpan(at + there, _end - at - there).CopyTo(_buffer.AsSpan(at));
            _end -= there;
        }

        return there;
    }

    /// <summary>Receives until <paramref name="count"/> bytes are in the buffer; false if the stream ends before.</summary>
    private ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken) =>
        _end - _start >= count ? ValueTask.FromResult(true) : FillSlowAsync(count, cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FillSlowAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count)
        {
            MakeRoom(count);
            int received = await channel.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (received == 0)
            {
                return false;
            }

            _end += received;
        }

        return true;
    }

    private void MakeRoom(int count)
    {
        // A buffer that was filled to its end is too small for the traffic; idle connections keep the small one.
        bool full = _end == _buffer.Length && _buffer.Length < BufferBytesMax && _start < _end;
        int size = Math.Max(count, full ? _buffer.Length * 2 : _buffer.Length);
        if (size > _buffer.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(size);
            _buffer.AsSpan(_start, _end - _start).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        else
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        }

        _end -= _start;
        _start = 0;
    }
}
