using Cairn.Maps;

namespace Cairn.Pg.Peering;

/// <summary>
/// Before it takes writes, the map must say that this OSD was alive in this interval: otherwise, were all to die now, nobody could know
/// that the interval must be asked about.
/// </summary>
internal sealed class WaitUpThru(PgCore pg, PriorSet prior) : PrimaryPeering(pg, prior)
{
    public override void Enter() => Ask();

    protected override void AskUnanswered() => Pg.RequestUpThru();

    protected override void OnMapWithoutChange()
    {
        if (Pg.HasUpThru)
        {
            Pg.Become(new Activating(Pg, Prior));
        }
    }
}
