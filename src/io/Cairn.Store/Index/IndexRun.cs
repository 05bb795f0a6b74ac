namespace Cairn.Store.Index;

/// <summary>One run of the checkpoint, as the manifest names it.</summary>
internal readonly record struct IndexRun(ulong Id, long Bytes, long Entries);
