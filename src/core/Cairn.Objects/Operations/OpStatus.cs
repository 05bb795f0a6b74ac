namespace Cairn.Objects.Operations;

/// <summary>How an operation ended: outcomes the protocol foresees. The numbers are on the wire.</summary>
public enum OpStatus
{
    Ok = 0,

    /// <summary>The object does not exist.</summary>
    NotFound = 1,

    /// <summary>An exclusive create found the object there.</summary>
    Exists = 2,

    /// <summary>A malformed request; the message says what.</summary>
    InvalidArgument = 3,

    /// <summary>The object has no such xattr or omap key.</summary>
    NoData = 4,

    /// <summary>A compare or assert did not hold; nothing was changed.</summary>
    CompareFailed = 5,

    /// <summary>The asserted version is not the object's.</summary>
    VersionMismatch = 6,

    /// <summary>The object would exceed <c>osd_max_object_size</c>.</summary>
    TooLarge = 7,

    NameTooLong = 8,

    /// <summary>The cluster, pool or an acting OSD is full.</summary>
    NoSpace = 9,

    /// <summary>The pool's quota is used up.</summary>
    QuotaExceeded = 10,

    NoSuchPool = 11,

    /// <summary>A copy could not be read, and no other could take its place.</summary>
    IoError = 12,

    /// <summary>The client is on the blocklist.</summary>
    Blocklisted = 13,

    PermissionDenied = 14,

    NotSupported = 15,

    /// <summary>The client gave up waiting; the op may still be applied.</summary>
    TimedOut = 16,
}
