namespace Cairn.Store.Devices;

/// <summary>The file system below the store has no space left (<c>ENOSPC</c>).</summary>
internal sealed class DiskFullException(string message) : IOException(message);
