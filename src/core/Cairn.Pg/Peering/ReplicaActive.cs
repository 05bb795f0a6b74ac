using Cairn.Maps;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Peering;

/// <summary>A replica, or a copy being filled, that takes writes and recovery from the primary.</summary>
internal sealed class ReplicaActive(PgCore pg, Epoch started) : Stray(pg)
{
    private bool _isDurable;

    public override string Name => "replica";

    public override void Enter()
    {
    }

    public override void OnActMap()
    {
    }

    public override void OnTick()
    {
    }

    /// <summary>The order to activate again: the acknowledgement may have been lost.</summary>
    public override void OnActivate(OsdId from, PgActivate message)
    {
        if (from != Pg.Interval.Primary)
        {
            return;
        }

        if (message.Info.LastEpochStarted != started)
        {
            // The primary restarted peering within the interval: nothing was written since, its log is still ours.
            base.OnActivate(from, message);
        }
        else if (_isDurable)
        {
            Acknowledge();
        }
    }

    public void OnDurable()
    {
        _isDurable = true;
        Acknowledge();
    }

    public override void OnHistoryUpdate(OsdId from, PgHistoryUpdate message)
    {
        if (from == Pg.Interval.Primary)
        {
            Pg.TakeHistory(message.History);
        }
    }

    private void Acknowledge() => Pg.Send(Pg.Interval.Primary, new PgActivateAck(started) { Pg = Pg.Id, Epoch = Pg.Map.Epoch });
}
