namespace Cairn.Store.Segments;

internal enum SegmentState
{
    /// <summary>May be written anew.</summary>
    Free,

    /// <summary>Being appended to.</summary>
    Open,

    /// <summary>Written; the cleaner may take it.</summary>
    Sealed,

    /// <summary>
    /// Nothing refers to it, but the last checkpoint may: what the cleaner moved is not in the WAL. Free after the next checkpoint.
    /// </summary>
    Dead,
}
