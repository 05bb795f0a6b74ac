using Cairn.Client.Striping;
using Cairn.Objects.Operations;

namespace Cairn.Client;

/// <summary>
/// A file of any size in a pool: up to 4 MiB it is one plain object, beyond that it lies over objects of 4 MiB. The first object has the
/// file's name and its layout; the others lie in the namespace NAMESPACE.stripes, where no listing of files meets them.
/// </summary>
/// <remarks>
/// A file is replaced at once: the new pieces are written beside the old ones, then the first object changes to them in one operation,
/// then the old pieces are removed. Who reads meanwhile gets the old file, or an error that it changed, never a mixture. Of two writers
/// at once one wins whole.
/// </remarks>
public sealed class StripedObject(PoolContext pool, string name)
{
    /// <summary>Ceph's usual object size: large enough for the disk, small enough to spread.</summary>
    public const int ObjectSize = 4 << 20;

    internal const int PiecesInFlight = 8;

    private readonly PoolContext _pieces = pool.WithNamespace(pool.Namespace + ".stripes");

    public string Name => name;

    /// <summary>Writes the file whole, from where the stream stands to its end.</summary>
    /// <param name="xattrs">Kept with the file; those of an earlier version that are not given stay.</param>
    /// <param name="progress">Told of bytes as they become durable.</param>
    /// <returns>Bytes written.</returns>
    public async Task<long> WriteAsync(
        Stream source,
        IReadOnlyDictionary<string, byte[]>? xattrs = null,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        StripeLayout? old = await FindLayoutAsync(cancellationToken).ConfigureAwait(false);
        StripedWriter writer = new(pool, _pieces, name, progress);
        long size;
        try
        {
            size = await writer.WriteAsync(source, old is not null, xattrs, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await writer.RemoveWrittenAsync().ConfigureAwait(false);
            throw;
        }

        if (old is not null)
        {
            await StripedWriter.RemovePiecesAsync(_pieces, name, old, cancellationToken).ConfigureAwait(false);
        }

        return size;
    }

    /// <summary>Reads the file whole into a stream.</summary>
    /// <returns>What <see cref="StatAsync"/> would.</returns>
    /// <exception cref="ObjectNotFoundException">There is none.</exception>
    public async Task<StripedInfo> ReadAsync(Stream destination, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        OperationResult head = await pool.OperateAsync(
            name, new ObjectOperation().Stat().GetXattrs().Read(0, ObjectSize), cancellationToken).ConfigureAwait(false);
        StripedInfo info = Describe(head, out StripeLayout? layout);
        ReadOnlyMemory<byte> first = head.Steps[2].Data;
        await destination.WriteAsync(first, cancellationToken).ConfigureAwait(false);
        progress?.Report(first.Length);
        if (layout is not null)
        {
            await ReadPiecesAsync(layout, destination, progress, cancellationToken).ConfigureAwait(false);
        }
        else if (first.Length < info.Size)
        {
            // A plain object of another writer, larger than ours ever are.
            await ReadRestAsync(destination, info.Size, first.Length, progress, cancellationToken).ConfigureAwait(false);
        }

        return info;
    }

    /// <exception cref="ObjectNotFoundException">There is none.</exception>
    public async Task<StripedInfo> StatAsync(CancellationToken cancellationToken = default)
    {
        OperationResult head = await pool.OperateAsync(name, new ObjectOperation().Stat().GetXattrs(), cancellationToken).ConfigureAwait(false);
        return Describe(head, out _);
    }

    /// <exception cref="ObjectNotFoundException">There is none.</exception>
    public async Task RemoveAsync(CancellationToken cancellationToken = default)
    {
        StripeLayout? layout = await FindLayoutAsync(cancellationToken).ConfigureAwait(false);
        await pool.RemoveAsync(name, cancellationToken).ConfigureAwait(false);
        if (layout is not null)
        {
            await StripedWriter.RemovePiecesAsync(_pieces, name, layout, cancellationToken).ConfigureAwait(false);
        }
    }

    private StripedInfo Describe(OperationResult head, out StripeLayout? layout)
    {
        Dictionary<string, byte[]> xattrs = head.Steps[1].Values.ToDictionary(v => v.Key, v => v.Value.ToArray(), StringComparer.Ordinal);
        layout = xattrs.Remove(StripeLayout.Xattr, out byte[]? encoded) ? StripeLayout.Decode(encoded, name) : null;
        Objects.ObjectStat stat = head.Steps[0].Stat!.Value;
        return new StripedInfo(layout?.Size ?? (long)stat.Size, stat.ModifiedUnixMs, stat.Version, 1 + (layout?.PieceCount ?? 0), xattrs);
    }

    private async Task<StripeLayout?> FindLayoutAsync(CancellationToken cancellationToken)
    {
        try
        {
            return StripeLayout.Decode(await pool.GetXattrAsync(name, StripeLayout.Xattr, cancellationToken).ConfigureAwait(false), name);
        }
        catch (CairnException e) when (e.Status is OpStatus.NotFound or OpStatus.NoData)
        {
            return null;
        }
    }

    private async Task ReadPiecesAsync(StripeLayout layout, Stream destination, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        Queue<Task<ReadBuffer>> reads = new();
        int next = 1;
        for (int index = 1; index <= layout.PieceCount; index++)
        {
            for (; next <= layout.PieceCount && reads.Count < PiecesInFlight; next++)
            {
                reads.Enqueue(_pieces.ReadBufferAsync(layout.PieceName(name, next), 0, ObjectSize, cancellationToken).AsTask());
            }

            using ReadBuffer piece = await ReadPieceAsync(reads.Dequeue(), layout.PieceLength(index)).ConfigureAwait(false);
            await destination.WriteAsync(piece.Memory, cancellationToken).ConfigureAwait(false);
            progress?.Report(piece.Memory.Length);
        }
    }

    private async Task<ReadBuffer> ReadPieceAsync(Task<ReadBuffer> read, int expected)
    {
        ReadBuffer piece;
        try
        {
            piece = await read.ConfigureAwait(false);
        }
        catch (ObjectNotFoundException e)
        {
            throw new CairnException(OpStatus.NotFound, $"'{name}' was replaced or removed while it was read", e);
        }

        if (piece.Memory.Length != expected)
        {
            int length = piece.Memory.Length;
            piece.Dispose();
            throw new CairnException(OpStatus.IoError, $"a piece of '{name}' has {length} bytes, {expected} are due");
        }

        return piece;
    }

    private async Task ReadRestAsync(Stream destination, long size, long from, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        while (from < size)
        {
            using ReadBuffer part = await pool.ReadBufferAsync(name, (ulong)from, ObjectSize, cancellationToken).ConfigureAwait(false);
            if (part.Memory.IsEmpty)
            {
                throw new CairnException(OpStatus.NotFound, $"'{name}' was replaced while it was read");
            }

            await destination.WriteAsync(part.Memory, cancellationToken).ConfigureAwait(false);
            from += part.Memory.Length;
            progress?.Report(part.Memory.Length);
        }
    }
}
