using Cairn.Maps;
using Cairn.Objects;

namespace Cairn.Pg.Recovery;

/// <summary>
/// Which object is recovered next: one that a client waits for at once, whatever else is under way or reserved; else the oldest change first,
/// the primary's own copy before the replicas'.
/// </summary>
/// <remarks>Source: Ceph, <c>PrimaryLogPG::start_recovery_ops</c> and <c>maybe_kick_recovery</c>.</remarks>
internal sealed class RecoveryOrder(PgCore pg)
{
    private readonly SortedSet<ObjectId> _urgent = [];

    public bool HasCandidates => Candidates().Any();

    public void EndInterval() => _urgent.Clear();

    /// <summary>A client waits for the object.</summary>
    public void Need(ObjectId id)
    {
        if (_urgent.Add(id))
        {
            TryRecover(id);
        }
    }

    /// <summary>Nothing uncommitted is at the object any more: a copy can be made.</summary>
    public void OnQuiet(ObjectId id)
    {
        if (_urgent.Contains(id))
        {
            TryRecover(id);
        }
    }

    public void OnPulled(ObjectId id)
    {
        if (_urgent.Contains(id) && !TryRecover(id))
        {
            _urgent.Remove(id);
        }
    }

    public void RecoverUrgent()
    {
        foreach (ObjectId id in _urgent.ToArray())
        {
            TryRecover(id);
        }
    }

    /// <summary>Begins as many as may be under way at a time.</summary>
    public void RecoverMore()
    {
        foreach (ObjectId id in Candidates().Take(2 * pg.Options.RecoveryMaxActive).ToArray())
        {
            if (pg.Recovery.Count >= pg.Options.RecoveryMaxActive)
            {
                return;
            }

            TryRecover(id);
        }
    }

    /// <summary>Objects that can be recovered now.</summary>
    private IEnumerable<ObjectId> Candidates()
    {
        foreach (ObjectId id in pg.Missing.InLogOrder)
        {
            if (pg.Missing.TryGet(id, out MissingItem item) && !pg.Recovery.IsActive(id) && pg.Sources.Find(id, item.Need) is not null)
            {
                yield return id;
            }
        }

        foreach (OsdId osd in pg.Replicas)
        {
            foreach (ObjectId id in pg.Peers[osd].Missing?.InLogOrder ?? [])
            {
                if (!pg.Missing.Contains(id) && !pg.Recovery.IsActive(id))
                {
                    yield return id;
                }
            }
        }
    }

    /// <returns>Whether the object is now on its way.</returns>
    private bool TryRecover(ObjectId id)
    {
        if (pg.Recovery.IsActive(id))
        {
            return true;
        }

        if (pg.Missing.TryGet(id, out MissingItem item))
        {
            if (pg.Sources.Find(id, item.Need) is not { } source)
            {
                return false;
            }

            pg.Recovery.StartPull(id, item.Need, source);
            return true;
        }

        var targets = new SortedSet<OsdId>(pg.Replicas.Where(o => pg.Peers[o].Missing!.Contains(id)));
        if (targets.Count == 0 || !pg.Clients.IsQuiet(id) || !pg.Catalog.TryStat(pg.Id, id, out ObjectStat stat))
        {
            return false;
        }

        pg.Recovery.StartPush(id, stat.Version, targets, done => OnPushed(id, targets, done));
        return true;
    }

    private void OnPushed(ObjectId id, SortedSet<OsdId> targets, bool done)
    {
        if (!done)
        {
            pg.Sources.LoseOwnCopy(id);
            return;
        }

        foreach (OsdId osd in targets)
        {
            pg.Peers[osd].Missing!.Remove(id);
        }

        _urgent.Remove(id);
        pg.Clients.OnFree(id);
        pg.Progress.Evaluate();
    }
}
