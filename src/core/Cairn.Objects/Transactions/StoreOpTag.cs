namespace Cairn.Objects.Transactions;

/// <summary>The first byte of an encoded <see cref="StoreOp"/>. On the wire and on disk: numbers are never reused.</summary>
internal enum StoreOpTag : byte
{
    CreateCollection = 1,
    RemoveCollection = 2,
    SplitCollection = 3,
    TouchObject = 4,
    WriteData = 5,
    ZeroData = 6,
    TruncateData = 7,
    RemoveObject = 8,
    CloneObject = 9,
    SetVersion = 10,
    SetXattr = 11,
    RemoveXattr = 12,
    ClearXattrs = 13,
    SetOmap = 14,
    RemoveOmap = 15,
    ClearOmap = 16,
    SetMeta = 17,
    RemoveMeta = 18,
    RemoveMetaRange = 19,
    SetLog = 20,
    RemoveLog = 21,
    TrimLog = 22,
    ClearLog = 23,
}
