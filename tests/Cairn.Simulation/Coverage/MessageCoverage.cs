using Cairn.Pg.Messages;
using Cairn.Pg.Recovery;

namespace Cairn.Simulation.Coverage;

/// <summary>Which path of the protocol a message belongs to: its type alone would not tell a whole object from a piece of one.</summary>
public static class MessageCoverage
{
    public static string PathOf(PgMessage message) => message switch
    {
        PgQuery m => $"PgQuery {m.Kind}",
        PgNotify m => m.Info.IsEmpty ? "PgNotify of an empty copy" : m.Info.IsIncomplete ? "PgNotify of a half filled copy" : "PgNotify",
        PgActivate m => m.StartsBackfill ? "PgActivate for backfill from the start"
            : m.Log.Entries.Count > 0 ? "PgActivate with log entries" : "PgActivate with nothing new",
        PgLogReply m => m.Missing.Count > 0 ? "PgLogReply with missing objects" : "PgLogReply",
        RepOp m => m.LogOnly ? "RepOp beyond last_backfill" : $"RepOp {m.Entry.Kind}",
        Push m => (m.From == TransferCursor.Start, m.Next is null) switch
        {
            (true, true) => "Push of a whole object",
            (true, false) => "Push of a first piece",
            (false, false) => "Push of a middle piece",
            (false, true) => "Push of a last piece",
        },
        Pull m => m.From == TransferCursor.Start ? "Pull" : "Pull of a further piece",
        BackfillScan m => m.After is null ? "BackfillScan from the start" : "BackfillScan further on",
        BackfillProgress m => m.LastBackfill.IsComplete ? "BackfillProgress complete" : "BackfillProgress on the way",
        ReserveRequest m => m.Backfill ? "ReserveRequest for backfill" : "ReserveRequest for recovery",
        _ => message.GetType().Name,
    };
}
