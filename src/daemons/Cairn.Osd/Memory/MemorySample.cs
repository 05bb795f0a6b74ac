namespace Cairn.Osd.Memory;

/// <summary>What the process has in memory at one instant.</summary>
/// <param name="Resident">All of it, in bytes.</param>
/// <param name="Cache">The data cache's part.</param>
/// <param name="Garbage">What the heap has grown by since its last full collection: at most so much is garbage.</param>
/// <param name="FullCollections">So many there were.</param>
/// <param name="FullPause">How long the last of them stopped the process.</param>
internal readonly record struct MemorySample(long Resident, long Cache, long Garbage, int FullCollections, TimeSpan FullPause);
