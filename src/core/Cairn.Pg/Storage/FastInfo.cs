using Cairn.Objects;

namespace Cairn.Pg.Storage;

/// <summary>What changes with every write, beside the log's head.</summary>
/// <param name="Tail">The log's.</param>
internal readonly record struct FastInfo(Eversion Tail, long ObjectCount, long Bytes);
