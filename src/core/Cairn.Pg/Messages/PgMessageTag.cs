namespace Cairn.Pg.Messages;

/// <summary>The kind of a message on the wire. Numbers are never used twice.</summary>
internal enum PgMessageTag : byte
{
    Query = 1,
    Notify = 2,
    LogReply = 3,
    Activate = 4,
    ActivateAck = 5,
    HistoryUpdate = 6,
    Remove = 7,
    RepOp = 8,
    RepOpReply = 9,
    LeaseRequest = 10,
    LeaseAck = 11,
    Pull = 12,
    PullRefused = 13,
    Push = 14,
    PushReply = 15,
    BackfillScan = 16,
    BackfillDigest = 17,
    BackfillRemove = 18,
    BackfillRemoveReply = 19,
    BackfillProgress = 20,
    BackfillProgressReply = 21,
    ReserveRequest = 22,
    ReserveGrant = 23,
    ReserveReject = 24,
    ReserveRelease = 25,
    ScrubRequest = 26,
    ScrubMap = 27,
}
