using System.Collections.Immutable;

namespace Cairn.Monitor.State;

/// <summary>What the monitors know of an OSD beyond the map: nothing that OSDs or clients need.</summary>
public sealed record OsdRecord
{
    public static OsdRecord None { get; } = new();

    /// <summary>When it was marked down; 0 while up.</summary>
    public long DownSinceUnixMs { get; init; }

    /// <summary>When it was marked down for not answering, ascending, within the flap period. Stops and crashes don't count.</summary>
    public ImmutableArray<long> FlapDownsUnixMs { get; init; } = [];

    /// <summary>It may not boot before.</summary>
    public long HoldUntilUnixMs { get; init; }

    /// <summary>The in-weight to give back when it boots after it was marked out automatically.</summary>
    public uint WeightBeforeOut { get; init; }

    /// <summary>Of the process that booted last.</summary>
    public ulong Incarnation { get; init; }

    public bool Equals(OsdRecord? other) =>
        other is not null && DownSinceUnixMs == other.DownSinceUnixMs && HoldUntilUnixMs == other.HoldUntilUnixMs
        && WeightBeforeOut == other.WeightBeforeOut && Incarnation == other.Incarnation
        && FlapDownsUnixMs.AsSpan().SequenceEqual(other.FlapDownsUnixMs.AsSpan());

    public override int GetHashCode() => HashCode.Combine(DownSinceUnixMs, HoldUntilUnixMs, Incarnation);
}
