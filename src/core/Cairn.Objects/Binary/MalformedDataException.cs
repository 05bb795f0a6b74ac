namespace Cairn.Objects.Binary;

/// <summary>Encoded bytes are not what their encoder writes: cut short, an unknown version or tag, bytes left over.</summary>
public sealed class MalformedDataException(string message, Exception? inner = null) : FormatException(message, inner);
