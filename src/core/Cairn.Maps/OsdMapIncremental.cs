using System.Collections.Immutable;
using Google.Protobuf;

namespace Cairn.Maps;

/// <summary>Takes the map of one epoch to the next. Carries the CRC-32C of the map it must produce, so that divergence shows at once.</summary>
public sealed class OsdMapIncremental
{
    private readonly byte[] _encoded;

    private OsdMapIncremental(Wire.OsdMapDelta wire, byte[] encoded)
    {
        Wire = wire;
        _encoded = encoded;
        Fsid = new Guid(wire.Fsid.Span, bigEndian: true);
    }

    public Guid Fsid { get; }

    /// <summary>The epoch it produces.</summary>
    public Epoch Epoch => new(Wire.Epoch);

    /// <summary>The CRC-32C of the canonical encoding of the resulting map.</summary>
    public uint FullCrc => Wire.FullCrc;

    internal Wire.OsdMapDelta Wire { get; }

    public ReadOnlyMemory<byte> Encode() => _encoded;

    /// <exception cref="MapFormatException">The bytes are no incremental.</exception>
    public static OsdMapIncremental Decode(ReadOnlySpan<byte> bytes) =>
        MapFormatException.Guard("OSDMap incremental", bytes.ToArray(), static b => new OsdMapIncremental(Maps.Wire.OsdMapDelta.Parser.ParseFrom(b), b));

    /// <summary>The incremental that makes <paramref name="next"/> of <paramref name="previous"/>.</summary>
    /// <param name="previous">The map of some epoch e.</param>
    /// <param name="next">The map of epoch e + 1, of the same cluster.</param>
    public static OsdMapIncremental Between(OsdMap previous, OsdMap next)
    {
        Invariant.Require(previous.Fsid == next.Fsid, "an incremental stays within a cluster");
        Invariant.Require(next.Epoch == previous.Epoch.Next, "an incremental takes one epoch to the next");
        Wire.OsdMapDelta wire = OsdMapDiff.Compute(previous, next);
        wire.FullCrc = next.ComputeCrc();
        return new OsdMapIncremental(wire, wire.ToByteArray());
    }
}
