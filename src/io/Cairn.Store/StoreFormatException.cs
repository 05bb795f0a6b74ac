namespace Cairn.Store;

/// <summary>The directory is no store, is of another format version, or already has a store where a new one should go.</summary>
public sealed class StoreFormatException(string message, Exception? inner = null) : IOException(message, inner);
