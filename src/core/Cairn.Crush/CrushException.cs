namespace Cairn.Crush;

/// <summary>A change to a CRUSH map that cannot be made, or a map that is not whole; the message names the culprit.</summary>
public sealed class CrushException(string message) : Exception(message);
