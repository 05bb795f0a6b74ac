namespace Cairn.Store;

/// <summary>Another process has this store open.</summary>
public sealed class StoreInUseException(string message) : IOException(message);
