using Cairn.Maps;
using Cairn.Objects;

namespace Cairn.Pg;

/// <summary>
/// Makes a log equal to the authoritative one, and works out what that means for the objects. A primary does it with its own log, a replica
/// with what it is sent, and a primary on paper with a replica's log, to know what the replica will lack.
/// </summary>
/// <remarks>
/// Source: Ceph documentation, "PG log", and <c>PGLog::merge_log</c>. Changes that were logged here but are not in the authoritative log are
/// divergent: nobody was told that they happened. Their objects go back to the version before, which means: are missing until recovered.
/// </remarks>
internal static class LogMerge
{
    /// <param name="filledTo">Objects beyond it were never here, so nothing of them can be missing.</param>
    public static LogMergeOutcome Merge(PgLog log, MissingSet missing, BackfillCursor filledTo, LogSegment authority)
    {
        Invariant.Require(authority.Tail <= log.Head && log.Tail <= authority.Head, "the logs overlap");
        var outcome = new LogMergeOutcome { Extended = log.ExtendTail(authority), Dups = log.MergeDups(authority.Dups) };
        Eversion common = FindCommon(log, authority);
        outcome.Common = common;
        outcome.Cases |= (outcome.Extended.Count > 0 ? LogMergeCases.OlderEntries : 0) | (outcome.Dups.Count > 0 ? LogMergeCases.Dups : 0);
        outcome.Divergent = log.RewindTo(common);
        foreach (LogEntry entry in authority.Entries)
        {
            if (entry.Version > common)
            {
                log.Append(entry);
                outcome.Added.Add(entry);
                if (!filledTo.Covers(entry.Object))
                {
                    outcome.Cases |= LogMergeCases.BeyondBackfill;
                }
                else if (entry.ChangesObject)
                {
                    Follow(entry, missing, outcome);
                }
            }
        }

        log.SetHead(authority.Head);
        foreach (IGrouping<ObjectId, LogEntry> entries in outcome.Divergent.Where(static e => e.ChangesObject).GroupBy(static e => e.Object).OrderBy(static g => g.Key))
        {
            if (filledTo.Covers(entries.Key))
            {
                Undo(entries.Key, entries.First(), missing, outcome);
            }
        }

        return outcome;
    }

    /// <summary>The newest version that both logs agree on.</summary>
    private static Eversion FindCommon(PgLog log, LogSegment authority)
    {
        for (int i = authority.Entries.Count - 1; i >= 0; i--)
        {
            Eversion version = authority.Entries[i].Version;
            if (version <= log.Head && (version <= log.Tail || log.Contains(version)))
            {
                return version;
            }
        }

        return authority.Tail;
    }

    /// <summary>An entry that this copy did not have: a change it must still make.</summary>
    private static void Follow(LogEntry entry, MissingSet missing, LogMergeOutcome outcome)
    {
        outcome.Cases |= entry.IsDelete ? LogMergeCases.FollowedDelete : LogMergeCases.FollowedChange;
        if (entry.IsDelete)
        {
            missing.Remove(entry.Object);
            outcome.Removed.Add(entry.Object);
        }
        else
        {
            missing.Follow(entry);
            outcome.Removed.Remove(entry.Object);
        }

        outcome.Touched.Add(entry.Object);
    }

    private static void Undo(ObjectId id, LogEntry first, MissingSet missing, LogMergeOutcome outcome)
    {
        if (outcome.Touched.Contains(id))
        {
            outcome.Cases |= LogMergeCases.UndoneByNewer;
            // A newer change replaces it anyway, but what is here is not what the newer change was made on.
            missing.ReviseHave(id, Eversion.Zero);
            return;
        }

        outcome.Touched.Add(id);
        if (first.PriorVersion == Eversion.Zero)
        {
            outcome.Cases |= LogMergeCases.UndoneCreation;
            missing.Remove(id);
            outcome.Removed.Add(id);
        }
        else if (missing.TryGet(id, out MissingItem item))
        {
            if (item.Have == first.PriorVersion)
            {
                outcome.Cases |= LogMergeCases.UndoneMissing;
                missing.Remove(id);
            }
            else
            {
                outcome.Cases |= LogMergeCases.UndoneToOlderMissing;
                missing.Set(new MissingItem(id, first.PriorVersion, item.Have));
            }
        }
        else
        {
            outcome.Cases |= LogMergeCases.UndoneChange;
            missing.Set(new MissingItem(id, first.PriorVersion, Eversion.Zero));
            outcome.Removed.Add(id);
        }
    }
}
