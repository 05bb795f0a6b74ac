using Cairn.Maps;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Peering;

/// <summary>Where a copy stands between the start of an interval and serving. What a state does not override does not concern it.</summary>
/// <remarks>Source: Ceph documentation, "Peering". A new interval starts again from <see cref="GetInfo"/> or <see cref="Stray"/>.</remarks>
internal abstract class PeeringState(PgCore pg)
{
    protected PgCore Pg { get; } = pg;

    public abstract string Name { get; }

    public virtual IEnumerable<OsdId> BlockedBy => [];

    public virtual void Enter()
    {
    }

    /// <summary>The map advanced, but the interval goes on.</summary>
    public virtual void OnActMap()
    {
    }

    public virtual void OnTick()
    {
    }

    public virtual void OnNotify(OsdId from, PgNotify message)
    {
    }

    public virtual void OnQuery(OsdId from, PgQuery message)
    {
    }

    public virtual void OnLogReply(OsdId from, PgLogReply message)
    {
    }

    public virtual void OnActivate(OsdId from, PgActivate message)
    {
    }

    public virtual void OnActivateAck(OsdId from, PgActivateAck message)
    {
    }

    public virtual void OnHistoryUpdate(OsdId from, PgHistoryUpdate message)
    {
    }

    public virtual void OnRemove(OsdId from, PgRemove message)
    {
    }
}
