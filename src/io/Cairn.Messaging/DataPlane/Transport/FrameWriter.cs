using System.Buffers;
using System.Runtime.InteropServices;
using Cairn.Messaging.DataPlane.Frames;
using Cairn.Messaging.DataPlane.Wire;
using Cairn.Objects;

namespace Cairn.Messaging.DataPlane.Transport;

/// <summary>Sends batches of frames: small payloads are staged behind their headers, large ones gathered from where they lie.</summary>
internal sealed class FrameWriter(IByteChannel channel)
{
    private const int StageBytes = 256 << 10;
    private const int GatherFrom = 16 << 10;
    private const int PartsMax = 64;

    private readonly ProtoWriter _header = new();
    private readonly List<ReadOnlyMemory<byte>> _payload = [];
    private readonly List<ArraySegment<byte>> _parts = [];
    private byte[] _stage = [];
    private int _staged;
    private int _from;
    private long _payloadBytes;
    private long _stagedPayloadBytes;

    /// <summary>Takes the stage for one batch: idle connections hold none.</summary>
    public void Begin() => _stage = ArrayPool<byte>.Shared.Rent(StageBytes);

    public void End()
    {
        ArrayPool<byte>.Shared.Return(_stage);
        _stage = [];
    }

    /// <summary>Payload bytes since this was last asked.</summary>
    public long TakePayload() => Exchange(ref _payloadBytes);

    /// <summary>Those of them that were copied behind their headers.</summary>
    public long TakeStagedPayload() => Exchange(ref _stagedPayloadBytes);

    /// <summary>Encodes the frame. The common case, a small frame that fits into the stage, is done with that.</summary>
    /// <returns>False: <see cref="AddLargeAsync"/> is to do the rest.</returns>
    public bool TryAdd(Frame frame)
    {
        _header.Clear();
        _payload.Clear();
        frame.Encode(_header, _payload);
        int payloadLength = 0;
        foreach (ReadOnlyMemory<byte> part in _payload)
        {
            payloadLength += part.Length;
        }

        int total = FramePrelude.Bytes + _header.Length + payloadLength;
        if (payloadLength >= GatherFrom || total > _stage.Length - _staged)
        {
            return false;
        }

        WriteHead(payloadLength);
        foreach (ReadOnlyMemory<byte> part in _payload)
        {
            Stage(part.Span);
        }

        return true;
    }

    /// <summary>Adds the frame that was encoded last.</summary>
    public async ValueTask AddLargeAsync(CancellationToken cancellationToken)
    {
        int payloadLength = _payload.Sum(static p => p.Length);
        int head = FramePrelude.Bytes + _header.Length;
        if (head > _stage.Length - _staged)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
            if (head > _stage.Length)
            {
                ArrayPool<byte>.Shared.Return(_stage);
                _stage = ArrayPool<byte>.Shared.Rent(head);
            }
        }

        WriteHead(payloadLength);
        foreach (ReadOnlyMemory<byte> part in _payload)
        {
            if (part.Length < GatherFrom || !MemoryMarshal.TryGetArray(part, out ArraySegment<byte> segment))
            {
                await StageAllAsync(part, cancellationToken).ConfigureAwait(false);
                continue;
            }

            CloseStagedPart();
            _parts.Add(segment);
            if (_parts.Count >= PartsMax)
            {
                await FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_parts.Count == 0)
        {
            int length = _staged;
            _staged = _from = 0;
            return length == 0 ? ValueTask.CompletedTask : channel.SendAsync(_stage.AsMemory(0, length), cancellationToken);
        }

        return FlushPartsAsync(cancellationToken);
    }

    private async ValueTask StageAllAsync(ReadOnlyMemory<byte> part, CancellationToken cancellationToken)
    {
        while (part.Length > 0)
        {
            if (_staged == _stage.Length)
            {
                await FlushAsync(cancellationToken).ConfigureAwait(false);
            }

            int length = Math.Min(part.Length, _stage.Length - _staged);
            Stage(part.Span[..length]);
            part = part[length..];
        }
    }

    private void WriteHead(int payloadLength)
    {
        uint crc = 0;
        foreach (ReadOnlyMemory<byte> part in _payload)
        {
            crc = SummedMemory.AppendCrc(crc, part);
        }

        _payloadBytes += payloadLength;
        FramePrelude.Write(_stage.AsSpan(_staged), _header.Written, payloadLength, crc);
        _staged += FramePrelude.Bytes + _header.Length;
    }

    private void Stage(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_stage.AsSpan(_staged));
        _staged += bytes.Length;
        _stagedPayloadBytes += bytes.Length;
    }

    private static long Exchange(ref long count)
    {
        long was = count;
        count = 0;
        return was;
    }

    private void CloseStagedPart()
    {
        if (_staged > _from)
        {
            _parts.Add(new ArraySegment<byte>(_stage, _from, _staged - _from));
            _from = _staged;
        }
    }

    private async ValueTask FlushPartsAsync(CancellationToken cancellationToken)
    {
        CloseStagedPart();
        await channel.SendAsync(_parts, cancellationToken).ConfigureAwait(false);
        _parts.Clear();
        _staged = _from = 0;
    }
}
