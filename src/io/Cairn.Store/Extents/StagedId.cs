namespace Cairn.Store.Extents;

/// <summary>Names the data of one small write: the transaction's sequence in the WAL, and which of its writes.</summary>
internal readonly record struct StagedId(ulong Sequence, int Write);
