using Cairn.Objects.Transactions;
using Cairn.Store.Staging;

namespace Cairn.Store.Transactions;

/// <summary>One write with data: staged, or bulk in pieces.</summary>
internal readonly record struct PreparedWrite(WriteData Write, StagedBlob? Staged, IReadOnlyList<PreparedPiece> Pieces);

/// <summary>A piece of a bulk write that lies in one chunk.</summary>
internal readonly record struct PreparedPiece(uint Chunk, int Offset, int Length, int DataOffset, uint[] Sums);
