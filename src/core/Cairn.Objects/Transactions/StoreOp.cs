using Cairn.Maps;

namespace Cairn.Objects.Transactions;

/// <summary>One change in a <see cref="StoreTransaction"/>.</summary>
public abstract record StoreOp;

/// <summary>Creates the (empty) collection of the PG; no effect if it is there.</summary>
public sealed record CreateCollection : StoreOp;

/// <summary>Removes the PG's collection with whatever is left in it: objects, metadata and log.</summary>
public sealed record RemoveCollection : StoreOp;

/// <summary>
/// Moves to <paramref name="Child"/> (created if need be) every object whose <c>stable_mod(hash, PgNum)</c> is the child's seed.
/// Metadata stays with the parent.
/// </summary>
public sealed record SplitCollection(PgId Child, uint PgNum) : StoreOp;

public abstract record ObjectStoreOp(ObjectId Object) : StoreOp;

/// <summary>Creates the object, empty, if it is not there.</summary>
public sealed record TouchObject(ObjectId Object) : ObjectStoreOp(Object);

/// <summary>Writes data, creating the object and growing it as needed; a gap reads as zeroes.</summary>
public sealed record WriteData(ObjectId Object, ulong Offset, ReadOnlyMemory<byte> Data) : ObjectStoreOp(Object);

/// <summary>Zeroes a range and frees its space; grows the object if the range ends past its end.</summary>
public sealed record ZeroData(ObjectId Object, ulong Offset, ulong Length) : ObjectStoreOp(Object);

/// <summary>Sets the size. Creates the object if it is not there.</summary>
public sealed record TruncateData(ObjectId Object, ulong Size) : ObjectStoreOp(Object);

/// <summary>Removes the object with its xattrs and omap; no effect if it is not there.</summary>
public sealed record RemoveObject(ObjectId Object) : ObjectStoreOp(Object);

/// <summary>Makes <paramref name="Target"/> equal to <c>Object</c>, replacing it; the copy is lazy where the store can.</summary>
public sealed record CloneObject(ObjectId Object, ObjectId Target) : ObjectStoreOp(Object);

/// <summary>Sets the version and modification time. Creates the object if it is not there.</summary>
public sealed record SetVersion(ObjectId Object, Eversion Version, long ModifiedUnixMs) : ObjectStoreOp(Object);

public sealed record SetXattr(ObjectId Object, string Name, ReadOnlyMemory<byte> Value) : ObjectStoreOp(Object);

public sealed record RemoveXattr(ObjectId Object, string Name) : ObjectStoreOp(Object);

public sealed record ClearXattrs(ObjectId Object) : ObjectStoreOp(Object);

public sealed record SetOmap(ObjectId Object, string Key, ReadOnlyMemory<byte> Value) : ObjectStoreOp(Object);

public sealed record RemoveOmap(ObjectId Object, string Key) : ObjectStoreOp(Object);

public sealed record ClearOmap(ObjectId Object) : ObjectStoreOp(Object);

/// <summary>Sets one of the PG's own entries (info, past intervals, missing). Keys are ASCII, in ordinal order.</summary>
public sealed record SetMeta(string Key, ReadOnlyMemory<byte> Value) : StoreOp;

public sealed record RemoveMeta(string Key) : StoreOp;

/// <summary>Removes metadata keys from <paramref name="From"/> (included) to <paramref name="To"/> (not included).</summary>
public sealed record RemoveMetaRange(string From, string To) : StoreOp;

/// <summary>Sets one entry of the PG's log, which is in the order of versions. Most are set behind the last.</summary>
public sealed record SetLog(Eversion Version, ReadOnlyMemory<byte> Value) : StoreOp;

/// <summary>Removes one entry of the log; no effect if it is not there.</summary>
public sealed record RemoveLog(Eversion Version) : StoreOp;

/// <summary>Removes the log's entries up to and including <paramref name="Through"/>.</summary>
public sealed record TrimLog(Eversion Through) : StoreOp;

public sealed record ClearLog : StoreOp;
