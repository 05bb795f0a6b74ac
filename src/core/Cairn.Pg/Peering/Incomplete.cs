using Cairn.Maps;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Peering;

/// <summary>No copy that was heard is whole and new enough. Waits for another to turn up.</summary>
internal sealed class Incomplete(PgCore pg, PriorSet prior) : PrimaryPeering(pg, prior)
{
    public override string Name => "incomplete";

    public override void Enter() => Pg.Tell(Effects.PgEventLevel.Warning, "has no complete copy among those heard");

    public override void OnNotify(OsdId from, PgNotify message)
    {
        Pg.Hear(from, message);
        Pg.Become(new GetInfo(Pg));
    }
}
