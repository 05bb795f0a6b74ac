using System.Buffers;
using Cairn.Maps;
using Cairn.Objects.Transactions;
using Cairn.Store.Devices;
using Cairn.Store.Segments;
using Cairn.Store.Staging;
using Cairn.Store.Transactions;

namespace Cairn.Store.Commit;

/// <summary>
/// One transaction from its submission until it is durable. Reused, with its lists and buffers: a small write allocates what stays in
/// memory and nothing else.
/// </summary>
internal sealed class PendingTransaction
{
    private const int BufferBytesKept = 64 << 10;

    /// <summary>The transaction's operations, encoded.</summary>
    public ArrayBufferWriter<byte> Header { get; private set; } = new(512);

    /// <summary>The WAL record up to the data: placements and header.</summary>
    public ArrayBufferWriter<byte> Record { get; private set; } = new(512);

    /// <summary>Its writes with data, in order.</summary>
    public List<PreparedWrite> Writes { get; } = [];

    /// <summary>Where each of them went.</summary>
    public List<WritePlacement> Placements { get; } = [];

    /// <summary>Bytes of writes that go into the WAL.</summary>
    public int StagedBytes { get; set; }

    public BulkData Bulk { get; set; }

    /// <summary>Bytes of <see cref="Bulk"/> in use.</summary>
    public int BulkBytes { get; set; }

    /// <summary>Where the bulk data goes.</summary>
    public List<PendingAppend> Appends { get; } = [];

    /// <summary>The bulk data is on stable media, or there is none. Under the commit queue's lock.</summary>
    public bool BulkIsWritten { get; set; } = true;

    public ulong Sequence { get; set; }

    public PgId Pg { get; private set; }

    public ICommitSink Sink { get; private set; } = null!;

    public ulong Token { get; private set; }

    public int RecordBytes => Record.WrittenCount + StagedBytes;

    /// <summary>Memory it holds until it is durable.</summary>
    public long Bytes => RecordBytes + Bulk.Capacity;

    public void Begin(PgId pg, ICommitSink sink, ulong token)
    {
        Pg = pg;
        Sink = sink;
        Token = token;
    }

    /// <summary>Copies the data that goes into the WAL.</summary>
    public void CopyStaged(Span<byte> target)
    {
        foreach (PreparedWrite write in Writes)
        {
            if (write.Staged is { } blob)
            {
                blob.Data.CopyTo(target);
                target = target[blob.Length..];
            }
        }
    }

    /// <summary>Gives back what it holds and makes it ready for the next.</summary>
    public void Clear(AlignedBufferPool buffers)
    {
        foreach (PreparedWrite write in Writes)
        {
            write.Staged?.Release();
        }

        Bulk.Return(buffers);
        Bulk = default;
        Header = Emptied(Header);
        Record = Emptied(Record);
        Writes.Clear();
        Placements.Clear();
        Appends.Clear();
        StagedBytes = 0;
        BulkBytes = 0;
        BulkIsWritten = true;
        Sink = null!;
    }

    private static ArrayBufferWriter<byte> Emptied(ArrayBufferWriter<byte> buffer)
    {
        if (buffer.Capacity > BufferBytesKept)
        {
            return new ArrayBufferWriter<byte>(512);
        }

        buffer.ResetWrittenCount();
        return buffer;
    }
}
