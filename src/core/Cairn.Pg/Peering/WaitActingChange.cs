using System.Collections.Immutable;
using Cairn.Maps;

namespace Cairn.Pg.Peering;

/// <summary>Asked the monitor to let other OSDs serve (<c>pg_temp</c>); the map that does so starts a new interval.</summary>
internal sealed class WaitActingChange(PgCore pg, PriorSet prior, ImmutableArray<OsdId> wanted) : PrimaryPeering(pg, prior)
{
    public override void Enter() => Ask();

    protected override void AskUnanswered() => Pg.RequestPgTemp(wanted);

    protected override void OnMapWithoutChange()
    {
        if (wanted.Any(o => !Pg.Map.IsUp(o)))
        {
            Pg.Become(new GetInfo(Pg));
        }
    }
}
