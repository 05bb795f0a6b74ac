namespace Cairn.Pg.Scrub;

/// <summary>In what a copy of an object differs from the good one. Named as Ceph's <c>list-inconsistent-obj</c> does.</summary>
[Flags]
public enum ScrubErrors
{
    None = 0,
    Missing = 1 << 0,

    /// <summary>It should not exist: the log says it was removed.</summary>
    Unexpected = 1 << 1,
    ReadError = 1 << 2,
    SizeMismatch = 1 << 3,
    VersionMismatch = 1 << 4,
    XattrMismatch = 1 << 5,
    OmapMismatch = 1 << 6,
    DataMismatch = 1 << 7,
}
