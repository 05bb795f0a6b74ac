using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Pg.Effects;
using Cairn.Pg.Inputs;
using Cairn.Pg.Peering;
using Cairn.Pg.Storage;

namespace Cairn.Pg.Admin;

/// <summary>Carries out an admin's orders to the primary.</summary>
internal sealed class AdminCommands(PgCore pg)
{
    public void OnCommand(AdminCommand command)
    {
        if (!pg.IsActive)
        {
            pg.Tell(PgEventLevel.Warning, $"can't do {command.GetType().Name}: this OSD is not its active primary");
            return;
        }

        switch (command)
        {
            case ForceRecovery force:
                pg.Progress.IsForced = force.Force;
                pg.Stats.Changed();
                break;
            case RecoverObject recover:
                pg.Order.Need(recover.Object);
                pg.Progress.Evaluate();
                break;
            case MarkUnfoundLost lost:
                GiveUpUnfound(lost.Delete);
                break;
            default:
                pg.Scrub.OnCommand(command);
                break;
        }
    }

    private void GiveUpUnfound(bool delete)
    {
        MissingItem[] unfound = [.. pg.Sources.Unfound];
        if (unfound.Length > 0)
        {
            pg.History = pg.History with { LastEpochGivenUp = pg.Map.Epoch };
            pg.ShareHistory();
        }

        foreach (MissingItem item in unfound)
        {
            if (delete || item.Have == Eversion.Zero)
            {
                Delete(item);
            }
            else
            {
                Revert(item);
            }
        }

        pg.Tell(PgEventLevel.Warning, $"gave up on {unfound.Length} unfound objects ({(delete ? "delete" : "revert")})");
        pg.Progress.Evaluate();
    }

    private void Delete(MissingItem item)
    {
        var entry = new LogEntry(LogEntryKind.LostDelete, item.Object, pg.Replication.NextVersion, item.Need, default, pg.Now.UnixMs);
        var changes = new StoreTransaction().Add(new RemoveObject(item.Object));
        Forget(item.Object);
        foreach (OsdId osd in pg.Replicas)
        {
            pg.Peers[osd].Missing?.Remove(item.Object);
        }

        Submit(entry, changes, -1);
    }

    /// <summary>Back to the version that is here, which becomes the newest: under a new version, since the old one is gone from the log.</summary>
    private void Revert(MissingItem item)
    {
        var entry = new LogEntry(LogEntryKind.LostRevert, item.Object, pg.Replication.NextVersion, item.Need, default, pg.Now.UnixMs);
        Forget(item.Object);
        foreach (OsdId osd in pg.Replicas)
        {
            Peer peer = pg.Peers[osd];
            if (peer.BackfillStarted.Covers(item.Object))
            {
                peer.Missing?.Set(new MissingItem(item.Object, entry.Version, Eversion.Zero));
            }
        }

        Submit(entry, new StoreTransaction().Add(new SetVersion(item.Object, entry.Version, pg.Now.UnixMs)), 0);
    }

    private void Forget(ObjectId id)
    {
        pg.Missing.Remove(id);
        var transaction = new StoreTransaction();
        PgStorage.AddMissing(transaction, pg.Missing, id);
        pg.Save(transaction);
    }

    private void Submit(LogEntry entry, StoreTransaction changes, long objectDelta)
    {
        pg.Clients.SubmitInternal(entry, changes, objectDelta, byteDelta: 0); // Nobody knows: counted anew when clean.
        pg.Clients.OnFree(entry.Object);
    }
}
