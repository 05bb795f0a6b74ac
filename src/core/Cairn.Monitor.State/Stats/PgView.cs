using Cairn.Maps;
using Cairn.Maps.Stats;

namespace Cairn.Monitor.State.Stats;

/// <summary>One PG as the leader sees it: what its primary said last, held against the map.</summary>
/// <param name="Stat">The last report; null: none since this leader leads.</param>
/// <param name="State">The state to show: the report's, unless the map or the clock says that it is out of date.</param>
public sealed record PgView(PgId Pg, PgStat? Stat, string State, PgStates States, PgMapping Mapping)
{
    /// <summary>The report with the state to show; a placeholder for a PG that nobody reported.</summary>
    public PgStat ToStat()
    {
        PgStat stat = Stat?.Clone() ?? new PgStat
        {
            Pool = Pg.Pool,
            Seed = Pg.Seed,
            Up = { Mapping.Up.Select(o => o.Value) },
            Acting = { Mapping.Acting.Select(o => o.Value) },
            UpPrimary = Mapping.UpPrimary.Value,
            ActingPrimary = Mapping.ActingPrimary.Value,
        };
        stat.State = State;
        return stat;
    }
}
