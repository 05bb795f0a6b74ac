using System.Buffers;
using Cairn.Maps;
using Cairn.Store.Staging;

namespace Cairn.Store.Commit;

/// <summary>A transaction applied in memory, on its way to the disk.</summary>
/// <param name="Record">The WAL record up to the data: placements and header.</param>
/// <param name="Staged">Data that goes into the WAL. Held.</param>
internal sealed record PendingTransaction(
    ulong Sequence, PgId Pg, ICommitSink Sink, ulong Token, ArrayBufferWriter<byte> Record, IReadOnlyList<StagedBlob> Staged, BulkAppend? Bulk)
{
    public int RecordBytes { get; } = Record.WrittenCount + Staged.Sum(static b => b.Length);

    public long Bytes => RecordBytes + (Bulk?.Buffer.Capacity ?? 0);
}
