using Cairn.Maps;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Peering;

/// <summary>Of some past interval that may have taken writes no member is up: going on without could lose acknowledged writes.</summary>
internal sealed class Down(PgCore pg, PriorSet prior) : PrimaryPeering(pg, prior)
{
    public override string Name => "down";

    public override IEnumerable<OsdId> BlockedBy => Prior.BlockedBy;

    public override void Enter() =>
        Pg.Tell(Effects.PgEventLevel.Warning, $"waits for {string.Join(", ", Prior.BlockedBy)}: they may hold writes no one else has");

    public override void OnNotify(OsdId from, PgNotify message)
    {
        Pg.Hear(from, message);
        if (!Pg.BuildPriorSet().IsSameAs(Prior))
        {
            Pg.Become(new GetInfo(Pg));
        }
    }

    protected override bool HasForgotten(OsdId osd) => false;
}
