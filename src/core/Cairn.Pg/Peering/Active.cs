using Cairn.Maps;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Peering;

/// <summary>Serves clients if enough members act, and brings every copy up to date meanwhile.</summary>
internal sealed class Active(PgCore pg) : PeeringState(pg)
{
    /// <summary>With fewer than min_size members it may only recover: Ceph calls that "peered".</summary>
    public override string Name => Pg.HasMinSize ? "active" : "peered";

    public override void Enter()
    {
        Pg.Lease.StartServing();
        Pg.Progress.Start();
        Pg.Clients.OnServing();
    }

    public override void OnActMap() => Pg.Progress.OnActMap();

    public override void OnTick() => Pg.Progress.OnTick();

    public override void OnNotify(OsdId from, PgNotify message)
    {
        if (Pg.Interval.IsMember(from))
        {
            return; // Said before it went active.
        }

        Pg.Hear(from, message);
        Pg.Progress.OnStray(from);
    }

    public override void OnLogReply(OsdId from, PgLogReply message) => Pg.Progress.OnLogReply(from, message);
}
