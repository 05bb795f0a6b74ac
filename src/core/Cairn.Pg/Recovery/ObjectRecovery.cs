using Cairn.Maps;
using Cairn.Objects;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Recovery;

/// <summary>One object on its way to this copy (a pull), or from it to others (a push).</summary>
internal sealed class ObjectRecovery(ObjectId id, Eversion version)
{
    public ObjectId Object { get; } = id;

    public Eversion Version { get; } = version;

    /// <summary>Who it is pulled from; null for a push.</summary>
    public OsdId? Source { get; init; }

    public SortedSet<OsdId> Targets { get; init; } = [];

    /// <summary>Targets that confirmed the last piece: when others must be sent all again, these are left alone.</summary>
    public SortedSet<OsdId> Finished { get; } = [];

    /// <summary>Targets that have not yet confirmed the present piece.</summary>
    public SortedSet<OsdId> Unconfirmed { get; } = [];

    /// <summary>Where the present piece starts.</summary>
    public TransferCursor From { get; set; } = TransferCursor.Start;

    /// <summary>Where the next piece starts; null if the present one is the last.</summary>
    public TransferCursor? Next { get; set; }

    public long SentAtMs { get; set; }

    /// <summary>Done when a push has ended; false if the copy here turned out unreadable.</summary>
    public Action<bool>? Then { get; init; }
}
