using Cairn.Objects;

namespace Cairn.Pg.Messages;

/// <summary>Where in an object a transfer stands: data up to an offset, then omap up to a key.</summary>
public sealed record TransferCursor(ulong DataOffset, bool DataDone, string? OmapAfter)
{
    public static TransferCursor Start { get; } = new(0, false, null);
}

/// <summary>The primary asks a copy for the next piece of an object that it lacks itself.</summary>
public sealed record Pull(ObjectId Object, Eversion Version, TransferCursor From) : PgMessage;

/// <summary>The copy does not have that version, or can't read it.</summary>
public sealed record PullRefused(ObjectId Object, Eversion Version, string Reason) : PgMessage;

/// <summary>A piece of an object: to a replica that lacks it, or the answer to a <see cref="Pull"/>.</summary>
/// <param name="From">Where this piece starts; the first one replaces whatever the receiver has.</param>
/// <param name="Next">Where the next one starts; null: this is the last, and the object is whole.</param>
/// <param name="Size">Of the whole object.</param>
/// <param name="Xattrs">With the first piece: all of them.</param>
public sealed record Push(ObjectId Object, Eversion Version, long ModifiedUnixMs, ulong Size, TransferCursor From, TransferCursor? Next,
    ReadOnlyMemory<byte> Data, IReadOnlyList<KeyValuePair<string, byte[]>> Xattrs, IReadOnlyList<KeyValuePair<string, byte[]>> Omap) : PgMessage;

/// <summary>The piece that started at <paramref name="From"/> is on stable media.</summary>
public sealed record PushReply(ObjectId Object, Eversion Version, TransferCursor From) : PgMessage;

/// <summary>The primary asks a backfill target what it holds after an object.</summary>
public sealed record BackfillScan(ObjectId? After, int Max) : PgMessage;

/// <param name="AtEnd">Nothing follows the last of <paramref name="Objects"/>.</param>
public sealed record BackfillDigest(ObjectId? After, IReadOnlyList<ObjectVersion> Objects, bool AtEnd) : PgMessage;

public readonly record struct ObjectVersion(ObjectId Object, Eversion Version);

/// <summary>The target holds objects that exist no more.</summary>
public sealed record BackfillRemove(IReadOnlyList<ObjectId> Objects, ulong Sequence) : PgMessage;

public sealed record BackfillRemoveReply(ulong Sequence) : PgMessage;

/// <summary>The target is filled up to here, and may remember it.</summary>
public sealed record BackfillProgress(BackfillCursor LastBackfill, long ObjectCount, long Bytes) : PgMessage;

public sealed record BackfillProgressReply(BackfillCursor LastBackfill) : PgMessage;

/// <summary>The primary asks a receiving OSD for a place among its recoveries.</summary>
public sealed record ReserveRequest(int Priority, bool Backfill) : PgMessage;

public sealed record ReserveGrant : PgMessage;

/// <summary>Too full for a backfill.</summary>
public sealed record ReserveReject : PgMessage;

/// <summary>From the primary: no longer needed. From the receiver: taken back.</summary>
public sealed record ReserveRelease : PgMessage;
