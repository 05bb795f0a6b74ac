using Cairn.Objects;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Scrub;

/// <summary>The primary asks a replica what it holds of a chunk, which is not written meanwhile.</summary>
/// <param name="Sequence">Names the chunk: an answer to another is of no interest.</param>
/// <param name="UpTo">The last object of the chunk; null: to the end.</param>
/// <param name="Deep">Read and check the data too.</param>
public sealed record ScrubRequest(ulong Sequence, ObjectId? After, ObjectId? UpTo, bool Deep) : PgMessage;

/// <summary>What a copy holds of a chunk, in order.</summary>
public sealed record ScrubMap(ulong Sequence, IReadOnlyList<ScrubEntry> Entries) : PgMessage;

/// <summary>One object as one copy has it.</summary>
/// <param name="DataDigest">CRC-32C of the data; 0 unless the scrub is deep.</param>
/// <param name="ReadFailed">The data could not be read, or did not match its checksum.</param>
public readonly record struct ScrubEntry(
    ObjectId Object, Eversion Version, ulong Size, uint XattrDigest, uint OmapDigest, uint DataDigest, bool ReadFailed);
