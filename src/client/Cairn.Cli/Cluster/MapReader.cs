using Cairn.Cli.Shell;
using Cairn.Maps;
using Cairn.Messaging.Wire;

namespace Cairn.Cli.Cluster;

internal static class MapReader
{
    /// <summary>The newest map the monitors have.</summary>
    public static async Task<OsdMap> MapAsync(this Monitors monitors, CancellationToken cancellationToken)
    {
        MapUpdate update = await monitors.CallAsync((m, options) => m.GetMapsAsync(new GetMapsRequest(), options), cancellationToken);
        return OsdMap.Decode(update.Full.Span);
    }

    /// <exception cref="CliException">There is no such pool.</exception>
    public static Pool RequirePool(this OsdMap map, string name) => map.FindPool(name)
        ?? throw new CliException($"there is no pool '{name}'{(map.Pools.Count == 0 ? "" : $": there are {string.Join(", ", map.Pools.Values.Select(p => p.Name))}")}");

    /// <exception cref="CliException">It is no PG id, or the map has no such PG.</exception>
    public static PgId RequirePg(this OsdMap map, string text)
    {
        if (!PgId.TryParse(text, out PgId pg))
        {
            throw new CliException($"'{text}' is no PG: expected POOL-ID.SEED, such as 1.2f", ExitCode.Usage);
        }

        return map.Pools.TryGetValue(pg.Pool, out Pool? pool) && pg.Seed < pool.PgNum ? pg : throw new CliException($"there is no PG {pg}");
    }
}
