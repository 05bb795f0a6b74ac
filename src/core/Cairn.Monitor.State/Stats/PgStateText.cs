namespace Cairn.Monitor.State.Stats;

/// <summary>Reads <c>active+undersized+degraded</c>. Few different texts come, very often: each is taken apart once.</summary>
internal sealed class PgStateText
{
    private const int KnownMax = 4096;

    private readonly Dictionary<string, PgStates> _known = new(StringComparer.Ordinal);

    public PgStates Parse(string text)
    {
        if (_known.TryGetValue(text, out PgStates states))
        {
            return states;
        }

        foreach (string word in text.Split('+'))
        {
            states |= Word(word);
        }

        if (_known.Count < KnownMax)
        {
            _known[text] = states;
        }

        return states;
    }

    private static PgStates Word(string word) => word switch
    {
        "active" => PgStates.Active,
        "clean" => PgStates.Clean,
        "peering" => PgStates.Peering,
        "down" => PgStates.Down,
        "incomplete" => PgStates.Incomplete,
        "degraded" => PgStates.Degraded,
        "undersized" => PgStates.Undersized,
        "stale" => PgStates.Stale,
        "inconsistent" => PgStates.Inconsistent,
        "recovery_unfound" or "backfill_unfound" => PgStates.RecoveryUnfound,
        "backfill_toofull" => PgStates.BackfillTooFull,
        "recovery_toofull" => PgStates.RecoveryTooFull,
        "unknown" => PgStates.Unknown,
        _ => PgStates.None, // Words that no check asks for: remapped, backfilling, scrubbing, ...
    };
}
