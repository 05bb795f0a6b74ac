using System.Collections.Immutable;
using Cairn.Maps;

namespace Cairn.Monitor.State.History;

/// <summary>
/// The maps of the past that monitors keep: one full map, and the incrementals from there to the newest, as bytes ready to send.
/// </summary>
/// <remarks>An OSD that was away, and PGs that rebuild past intervals, need every epoch since they were last clean.</remarks>
public sealed record MapHistory
{
    /// <summary>Kept in any case.</summary>
    public const int EpochsMin = 500;

    /// <summary>Never more than these, however long PGs stay unclean: about 200 bytes each.</summary>
    public const int EpochsMax = 20_000;

    // The full map of a later epoch costs one application for each epoch trimmed: done in lumps.
    private const int LumpEpochs = 100;

    public static MapHistory Empty { get; } = new();

    public Epoch Oldest { get; private init; }

    public Epoch Newest => new(Oldest.Value + (uint)Deltas.Count);

    /// <summary>The canonical encoding of the map of <see cref="Oldest"/>.</summary>
    public ReadOnlyMemory<byte> OldestFull { get; private init; }

    private ImmutableList<ReadOnlyMemory<byte>> Deltas { get; init; } = [];

    public IEnumerable<ReadOnlyMemory<byte>> AllDeltas => Deltas;

    public static MapHistory StartingAt(OsdMap map) => new() { Oldest = map.Epoch, OldestFull = map.Encode() };

    public static (MapHistory History, OsdMap Newest) Restore(ReadOnlyMemory<byte> oldestFull, IEnumerable<ReadOnlyMemory<byte>> deltas)
    {
        OsdMap map = OsdMap.Decode(oldestFull.Span);
        MapHistory history = new() { Oldest = map.Epoch, OldestFull = oldestFull, Deltas = [.. deltas] };
        return (history, history.Replay(map, history.Newest));
    }

    /// <summary>Adds the step from <paramref name="before"/> to <paramref name="after"/>.</summary>
    public MapHistory Advance(OsdMap before, OsdMap after)
    {
        Invariant.Require(before.Epoch == Newest && after.Epoch == before.Epoch.Next);
        return this with { Deltas = Deltas.Add(OsdMapIncremental.Between(before, after).Encode()) };
    }

    /// <summary>The incremental that makes <paramref name="epoch"/>; false if it is not kept.</summary>
    public bool TryGetDelta(Epoch epoch, out ReadOnlyMemory<byte> delta)
    {
        bool kept = epoch > Oldest && epoch <= Newest;
        delta = kept ? Deltas[(int)(epoch.Value - Oldest.Value) - 1] : default;
        return kept;
    }

    /// <summary>The map of a kept epoch; null if it is not kept.</summary>
    public OsdMap? Rebuild(Epoch epoch) =>
        Oldest > Epoch.None && epoch >= Oldest && epoch <= Newest ? Replay(OsdMap.Decode(OldestFull.Span), epoch) : null;

    /// <summary>Forgets what lies before <paramref name="oldest"/>, but never the newest <see cref="EpochsMin"/>.</summary>
    public MapHistory TrimTo(Epoch oldest)
    {
        uint latest = Newest.Value > EpochsMin ? Newest.Value - EpochsMin : 0;
        Epoch to = new(Math.Min(oldest.Value, latest));
        return to > Oldest ? Cut(to) : this;
    }

    /// <summary>Forgets the oldest when there are too many.</summary>
    public MapHistory Bounded() => Deltas.Count > EpochsMax + LumpEpochs ? Cut(new Epoch(Newest.Value - EpochsMax)) : this;

    private MapHistory Cut(Epoch to) => new()
    {
        Oldest = to,
        OldestFull = Rebuild(to)!.Encode(),
        Deltas = Deltas.RemoveRange(0, (int)(to.Value - Oldest.Value)),
    };

    private OsdMap Replay(OsdMap map, Epoch to)
    {
        while (map.Epoch < to)
        {
            map = map.Apply(OsdMapIncremental.Decode(Deltas[(int)(map.Epoch.Value - Oldest.Value)].Span));
        }

        return map;
    }
}
