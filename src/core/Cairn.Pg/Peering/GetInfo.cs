using Cairn.Maps;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Peering;

/// <summary>Collects an info from every OSD that may have accepted writes in a past interval, and from everyone of the present one.</summary>
internal sealed class GetInfo(PgCore pg) : PrimaryPeering(pg, pg.BuildPriorSet())
{
    public override IEnumerable<OsdId> BlockedBy => Unheard();

    public override void Enter()
    {
        if (Prior.IsBlocked)
        {
            Pg.Become(new Down(Pg, Prior));
            return;
        }

        if (!Pg.HasUpThru)
        {
            Pg.RequestUpThru(); // Asked for at once: by the time it is needed it mostly is there.
        }

        Ask();
        GoOnWhenAllAreHeard();
    }

    public override void OnNotify(OsdId from, PgNotify message)
    {
        Pg.Hear(from, message);

        // A later activation than we knew makes older intervals irrelevant; a longer past may add some.
        PriorSet prior = Pg.BuildPriorSet();
        if (prior.IsBlocked)
        {
            Pg.Become(new Down(Pg, prior));
            return;
        }

        if (!prior.IsSameAs(Prior))
        {
            Prior = prior;
            Ask();
        }

        GoOnWhenAllAreHeard();
    }

    protected override void AskUnanswered()
    {
        foreach (OsdId osd in Unheard())
        {
            Pg.Send(osd, new PgQuery(QueryKind.Info, default) { Pg = Pg.Id, Epoch = Pg.Map.Epoch });
        }
    }

    protected override void OnMapWithoutChange() => Ask();

    // Those not heard yet are simply still asked.
    protected override bool HasForgotten(OsdId osd) => false;

    private IEnumerable<OsdId> Unheard() => Prior.Probe.Where(o => o != Pg.Whoami && !Pg.Peers.Contains(o));

    private void GoOnWhenAllAreHeard()
    {
        if (!Unheard().Any())
        {
            Pg.Become(new GetLog(Pg, Prior));
        }
    }
}
