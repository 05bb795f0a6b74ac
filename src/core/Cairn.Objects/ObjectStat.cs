namespace Cairn.Objects;

/// <summary>What is known of an object without reading its data.</summary>
/// <param name="Size">Bytes of data.</param>
/// <param name="ModifiedUnixMs">Milliseconds since 1970 UTC, by the primary's clock at the last write.</param>
public readonly record struct ObjectStat(ulong Size, Eversion Version, long ModifiedUnixMs);
