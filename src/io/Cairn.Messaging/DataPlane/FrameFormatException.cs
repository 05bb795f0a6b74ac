namespace Cairn.Messaging.DataPlane;

/// <summary>A peer sent bytes that are no frame. The connection is closed.</summary>
public sealed class FrameFormatException(string message, Exception? inner = null) : IOException(message, inner);
