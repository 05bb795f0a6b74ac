namespace Cairn.Store.Tests.Faults;

/// <summary>What befalls a disk from some call on, or at that call only.</summary>
public enum InjectedFault
{
    Error,
    ErrorOnce,
    Full,
    FullOnce,

    /// <summary>A write that ends half way, once.</summary>
    ShortWrite,

    /// <summary>Nothing fails; some calls take milliseconds.</summary>
    Slow,
}

/// <summary>Half of the write reaches the disk before this is thrown.</summary>
internal sealed class ShortWriteException(string message) : IOException(message);
