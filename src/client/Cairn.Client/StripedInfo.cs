using Cairn.Objects;

namespace Cairn.Client;

/// <summary>What is known of a <see cref="StripedObject"/>.</summary>
/// <param name="Size">Bytes of the whole.</param>
/// <param name="ModifiedUnixMs">Milliseconds since 1970 UTC.</param>
/// <param name="ObjectCount">Objects it lies over.</param>
/// <param name="Xattrs">Those given when it was written.</param>
public sealed record StripedInfo(long Size, long ModifiedUnixMs, Eversion Version, int ObjectCount, IReadOnlyDictionary<string, byte[]> Xattrs);
