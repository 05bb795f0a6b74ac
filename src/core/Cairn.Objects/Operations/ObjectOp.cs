using Cairn.Maps;

namespace Cairn.Objects.Operations;

/// <summary>One step of a compound operation on one object. All steps of an operation are applied, or none.</summary>
/// <remarks>Buffers are lent: they stay untouched until the operation is answered.</remarks>
public abstract record ObjectOp
{
    /// <summary>Whether the step may change the object.</summary>
    public abstract bool IsWrite { get; }
}

public abstract record WriteStep : ObjectOp
{
    public sealed override bool IsWrite => true;
}

public abstract record ReadStep : ObjectOp
{
    public sealed override bool IsWrite => false;
}

/// <summary>Creates an empty object; with <paramref name="Exclusive"/>, fails with <see cref="OpStatus.Exists"/> if there is one.</summary>
public sealed record CreateOp(bool Exclusive) : WriteStep;

public sealed record WriteOp(ulong Offset, ReadOnlyMemory<byte> Data) : WriteStep;

/// <summary>Replaces the whole data; xattrs and omap stay.</summary>
public sealed record WriteFullOp(ReadOnlyMemory<byte> Data) : WriteStep;

public sealed record AppendOp(ReadOnlyMemory<byte> Data) : WriteStep;

public sealed record TruncateOp(ulong Size) : WriteStep;

public sealed record ZeroOp(ulong Offset, ulong Length) : WriteStep;

/// <summary>Removes the object; <see cref="OpStatus.NotFound"/> if there is none.</summary>
public sealed record RemoveOp : WriteStep;

public sealed record SetXattrOp(string Name, ReadOnlyMemory<byte> Value) : WriteStep;

public sealed record RemoveXattrOp(string Name) : WriteStep;

public sealed record OmapSetOp(IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Values) : WriteStep;

public sealed record OmapRemoveKeysOp(IReadOnlyList<string> Keys) : WriteStep;

public sealed record OmapClearOp : WriteStep;

/// <summary>Reads up to <paramref name="Length"/> bytes; 0 means to the end. Past the end gives fewer or none.</summary>
public sealed record ReadOp(ulong Offset, ulong Length) : ReadStep;

/// <summary>Size, modification time and version; <see cref="OpStatus.NotFound"/> if there is no object.</summary>
public sealed record StatOp : ReadStep;

public sealed record GetXattrOp(string Name) : ReadStep;

public sealed record GetXattrsOp : ReadStep;

public sealed record OmapGetKeysOp(IReadOnlyList<string> Keys) : ReadStep;

/// <summary>Omap entries with keys after <paramref name="After"/> (null: from the first), in <see cref="Utf8Order"/>, at most <paramref name="Max"/>.</summary>
public sealed record OmapGetRangeOp(string? After, int Max) : ReadStep;

public sealed record AssertExistsOp : ReadStep;

public sealed record AssertVersionOp(Eversion Version) : ReadStep;

/// <summary>Goes on only if the xattr compares so with the value (its value, then the operator, then ours). An absent one is empty.</summary>
public sealed record CompareXattrOp(string Name, Comparison Comparison, ReadOnlyMemory<byte> Value) : ReadStep;

/// <summary>Goes on only if the data there equals; bytes past the end count as zero.</summary>
public sealed record CompareExtentOp(ulong Offset, ReadOnlyMemory<byte> Data) : ReadStep;

public sealed record OmapCompareOp(string Key, Comparison Comparison, ReadOnlyMemory<byte> Value) : ReadStep;

/// <summary>Lists objects of the PG that the operation names, after a cursor. The operation then has no object.</summary>
public sealed record ListObjectsOp(ObjectId? After, int Max, string? Namespace) : ReadStep;

public enum Comparison : byte
{
    Equal = 1,
    NotEqual = 2,
    Greater = 3,
    GreaterOrEqual = 4,
    Less = 5,
    LessOrEqual = 6,
}

/// <summary>A client's request to the primary of a PG.</summary>
/// <param name="Object">Null for operations on the PG (listing).</param>
/// <param name="MapEpoch">The map by which the client chose the primary.</param>
public sealed record OsdOp(RequestId Id, PgId Pg, ObjectId? Object, Epoch MapEpoch, IReadOnlyList<ObjectOp> Steps)
{
    public bool IsWrite => Steps.Any(static s => s.IsWrite);
}

/// <summary>What one step returned.</summary>
public sealed record StepResult(OpStatus Status)
{
    public static StepResult Done { get; } = new(OpStatus.Ok);

    /// <summary>Bytes of a read or xattr.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    public ObjectStat? Stat { get; init; }

    /// <summary>Xattrs or omap entries.</summary>
    public IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Values { get; init; } = [];

    public IReadOnlyList<ObjectId> Objects { get; init; } = [];

    /// <summary>More entries follow what a range or list returned.</summary>
    public bool More { get; init; }
}

/// <summary>The answer to an <see cref="OsdOp"/>.</summary>
/// <param name="Version">The object's version after a write, or that was read.</param>
/// <param name="Message">For a status other than Ok: what is wrong with which step, for people.</param>
public sealed record OsdOpReply(RequestId Id, OpStatus Status, Eversion Version, IReadOnlyList<StepResult> Results, string Message = "");
