using Cairn.Maps;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Peering;

/// <summary>What all states of a primary that is not active yet share: they hear infos, and start over when those they count on change.</summary>
internal abstract class PrimaryPeering(PgCore pg, PriorSet prior) : PeeringState(pg)
{
    private long _resendAtMs;

    public override string Name => "peering";

    protected PriorSet Prior { get; set; } = prior;

    public override void OnActMap()
    {
        PriorSet now = Pg.BuildPriorSet();
        if (!now.IsSameAs(Prior) || now.Probe.Any(o => o != Pg.Whoami && HasForgotten(o)))
        {
            StartOver();
            return;
        }

        OnMapWithoutChange();
    }

    public override void OnNotify(OsdId from, PgNotify message)
    {
        if (Pg.Peers.Contains(from))
        {
            return; // Said again; nothing can have changed since.
        }

        Pg.Hear(from, message);
        if (!message.Info.IsEmpty)
        {
            StartOver(); // Another copy turned up: it may be the better authority.
        }
    }

    public override void OnTick()
    {
        if (Pg.NowMs >= _resendAtMs)
        {
            Ask();
        }
    }

    /// <summary>Within the interval.</summary>
    protected virtual void StartOver() => Pg.Become(new GetInfo(Pg));

    /// <summary>Sends what this state waits to be answered; again after a while, since it may be lost.</summary>
    protected void Ask()
    {
        _resendAtMs = Pg.NowMs + Pg.Options.ResendMs;
        AskUnanswered();
    }

    protected virtual void AskUnanswered()
    {
    }

    protected virtual void OnMapWithoutChange()
    {
    }

    /// <summary>Whether a member answered before, and restarted since.</summary>
    protected virtual bool HasForgotten(OsdId osd) => !Pg.Peers.Contains(osd);
}
