using System.Collections.Immutable;

namespace Cairn.Maps;

/// <summary>Which OSDs hold a PG. Up is what CRUSH and upmaps say of those alive; acting is who serves it now (differs under <c>pg_temp</c>).</summary>
public sealed record PgMapping(ImmutableArray<OsdId> Up, OsdId UpPrimary, ImmutableArray<OsdId> Acting, OsdId ActingPrimary);
