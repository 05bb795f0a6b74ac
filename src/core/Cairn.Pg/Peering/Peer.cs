using Cairn.Maps;
using Cairn.Objects;

namespace Cairn.Pg.Peering;

/// <summary>What the primary knows of another copy.</summary>
internal sealed class Peer(OsdId osd, PgInfo info, Epoch heardIn)
{
    public OsdId Osd { get; } = osd;

    /// <summary>As it told, moved on by what the primary made it do since.</summary>
    public PgInfo Info { get; set; } = info;

    /// <summary>The epoch it spoke in: a restart after that makes it unknown again.</summary>
    public Epoch HeardIn { get; set; } = heardIn;

    /// <summary>What it lacks of the authoritative log; null while that is not known.</summary>
    public MissingSet? Missing { get; set; }

    /// <summary>Where its log last agrees with the authoritative one.</summary>
    public Eversion Common { get; set; }

    /// <summary>Every write of this interval up to here is durable there.</summary>
    public Eversion Committed { get; set; }

    /// <summary>It went active, durably.</summary>
    public bool IsActivated { get; set; }

    /// <summary>How far backfill has looked at and sent; ahead of <see cref="PgInfo.LastBackfill"/>.</summary>
    public BackfillCursor BackfillStarted { get; set; } = info.LastBackfill;

    /// <summary>Whether it has the object whole, in that version or as the log says if newer.</summary>
    public bool Has(ObjectId id, Eversion need) =>
        Missing is not null && !Missing.Contains(id) && (Info.LastUpdate >= need || Committed >= need) && Info.LastBackfill.Covers(id);
}
