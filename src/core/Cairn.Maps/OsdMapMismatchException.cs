namespace Cairn.Maps;

/// <summary>An incremental does not fit the map at hand, or did not produce the map it must: fetch the full map.</summary>
public sealed class OsdMapMismatchException(string message) : Exception(message);
