using Cairn.Maps;
using Cairn.Objects.Transactions;

namespace Cairn.Pg;

/// <summary>Up and acting set of a PG in a map: <c>map.MapPg(pg)</c>, or the shell's cache of it.</summary>
public delegate PgMapping PgMapper(OsdMap map, PgId pg);

/// <summary>What a PG is given to look at: nothing in it waits.</summary>
/// <param name="Whoami">The OSD that this copy of the PG lives on.</param>
/// <param name="Catalog">Reflects every transaction of a <see cref="Effects.Persist"/> that the shell has carried out.</param>
public sealed record PgEnvironment(OsdId Whoami, IObjectCatalog Catalog, PgMapper Mapper, PgOptions Options);
