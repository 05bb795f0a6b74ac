using System.Buffers;
using System.Security.Cryptography;

namespace Cairn.Client.Striping;

/// <summary>One write of a <see cref="StripedObject"/>: the pieces first, then the first object, which makes them count.</summary>
internal sealed class StripedWriter(PoolContext pool, PoolContext pieces, string name, IProgress<long>? progress)
{
    private readonly Queue<Task> _writes = new();

    // The size is known at the end, and no piece's name depends on it.
    private StripeLayout _layout = new(StripedObject.ObjectSize, StripedObject.ObjectSize, BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)));

    /// <returns>Bytes written.</returns>
    public async Task<long> WriteAsync(Stream source, bool hadLayout, IReadOnlyDictionary<string, byte[]>? xattrs, CancellationToken cancellationToken)
    {
        (byte[] first, int length) = await ReadFirstAsync(source, cancellationToken).ConfigureAwait(false);
        if (length == StripedObject.ObjectSize)
        {
            await WritePiecesAsync(source, cancellationToken).ConfigureAwait(false);
        }

        bool isStriped = _layout.Size > StripedObject.ObjectSize;
        ObjectOperation operation = new ObjectOperation().WriteFull(first.AsMemory(0, length));
        if (isStriped)
        {
            operation.SetXattr(StripeLayout.Xattr, _layout.Encode());
        }
        else if (hadLayout)
        {
            operation.RemoveXattr(StripeLayout.Xattr);
        }

        foreach ((string key, byte[] value) in xattrs ?? new Dictionary<string, byte[]>())
        {
            operation.SetXattr(key, value);
        }

        await pool.OperateAsync(name, operation, cancellationToken).ConfigureAwait(false);
        // Only after success: an operation that was given up may still be sent from its buffer.
        ArrayPool<byte>.Shared.Return(first);
        progress?.Report(length);
        return isStriped ? _layout.Size : length;
    }

    /// <summary>After a failure: takes back the pieces written so far, as far as the cluster lets us. The failure is what the caller hears of.</summary>
    public async Task RemoveWrittenAsync()
    {
        await Task.WhenAll(_writes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(5));
        try
        {
            await RemovePiecesAsync(pieces, name, _layout, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // What is left is not part of any file, and takes space only.
        }
    }

    public static async Task RemovePiecesAsync(PoolContext pieces, string name, StripeLayout layout, CancellationToken cancellationToken)
    {
        ParallelOptions options = new() { MaxDegreeOfParallelism = StripedObject.PiecesInFlight, CancellationToken = cancellationToken };
        await Parallel.ForAsync(1, layout.PieceCount + 1, options, async (index, token) =>
        {
            try
            {
                await pieces.RemoveAsync(layout.PieceName(name, index), token).ConfigureAwait(false);
            }
            catch (ObjectNotFoundException)
            {
                // An earlier removal got this far, or the piece was never written.
            }
        }).ConfigureAwait(false);
    }

    /// <summary>Reads the first object's data. Small files, by far the most, need no buffer of 4 MiB.</summary>
    private static async Task<(byte[] Buffer, int Length)> ReadFirstAsync(Stream source, CancellationToken cancellationToken)
    {
        const int Whole = StripedObject.ObjectSize;
        // One byte more than there should be: a buffer that is not filled has seen the end.
        long expected = source.CanSeek ? source.Length - source.Position + 1 : Whole;
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(expected, 1, Whole));
        int room = Math.Min(buffer.Length, Whole);
        int length = await source.ReadAtLeastAsync(buffer.AsMemory(0, room), room, false, cancellationToken).ConfigureAwait(false);
        if (length == room && room < Whole)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Whole);
            buffer.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
            length += await source.ReadAtLeastAsync(buffer.AsMemory(length, Whole - length), Whole - length, false, cancellationToken).ConfigureAwait(false);
        }

        return (buffer, length);
    }

    private async Task WritePiecesAsync(Stream source, CancellationToken cancellationToken)
    {
        for (int index = 1; ; index++)
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(StripedObject.ObjectSize);
            int length = await source.ReadAtLeastAsync(
                buffer.AsMemory(0, StripedObject.ObjectSize), StripedObject.ObjectSize, false, cancellationToken).ConfigureAwait(false);
            if (length == 0)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                break;
            }

            _layout = _layout with { Size = _layout.Size + length };
            _writes.Enqueue(WritePieceAsync(_layout.PieceName(name, index), buffer, length, cancellationToken));
            if (_writes.Count >= StripedObject.PiecesInFlight)
            {
                await _writes.Dequeue().ConfigureAwait(false);
            }

            if (length < StripedObject.ObjectSize)
            {
                break;
            }
        }

        await Task.WhenAll(_writes).ConfigureAwait(false);
    }

    private async Task WritePieceAsync(string piece, byte[] buffer, int length, CancellationToken cancellationToken)
    {
        await pieces.WriteFullAsync(piece, buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        ArrayPool<byte>.Shared.Return(buffer);
        progress?.Report(length);
    }
}
