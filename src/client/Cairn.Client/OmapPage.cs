namespace Cairn.Client;

/// <summary>A part of an object's omap.</summary>
/// <param name="Entries">In the order of the keys' UTF-8 bytes.</param>
/// <param name="More">Others follow the last of these.</param>
public sealed record OmapPage(IReadOnlyList<KeyValuePair<string, byte[]>> Entries, bool More);
