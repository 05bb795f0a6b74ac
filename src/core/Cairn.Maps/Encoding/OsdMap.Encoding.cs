using System.Collections.Immutable;
using Cairn.Maps.Auth;
using Google.Protobuf;

namespace Cairn.Maps;

public sealed partial record OsdMap
{
    /// <summary>The canonical encoding: equal maps, equal bytes.</summary>
    public byte[] Encode()
    {
        var wire = new Wire.OsdMapFull
        {
            Fsid = ByteString.CopyFrom(Fsid.ToByteArray(bigEndian: true)),
            Epoch = Epoch.Value,
            ModifiedUnixMs = ModifiedUnixMs,
            Flags = (uint)Flags,
            MaxPoolId = MaxPoolId,
            Crush = CrushCodec.Encode(Crush),
            FullRatio = FullRatio,
            NearfullRatio = NearfullRatio,
            BackfillfullRatio = BackfillfullRatio,
            MaxOsd = (uint)Osds.Length,
        };
        for (int id = 0; id < Osds.Length; id++)
        {
            if (Osds[id] is { } osd)
            {
                wire.Osds.Add(OsdStateCodec.Encode(id, osd, from: null));
            }
        }

        wire.Pools.AddRange(Pools.Values.Select(PoolCodec.ToWire));
        wire.PgTemp.AddRange(PgTemp.Select(p => PoolCodec.ToWire(p.Key, p.Value)));
        wire.PrimaryTemp.AddRange(PrimaryTemp.Select(p => PoolCodec.ToWire(p.Key, p.Value)));
        wire.PgUpmap.AddRange(PgUpmap.Select(p => PoolCodec.ToWire(p.Key, p.Value)));
        wire.PgUpmapItems.AddRange(PgUpmapItems.Select(p => PoolCodec.ToWire(p.Key, p.Value)));
        wire.Blocklist.AddRange(
            Blocklist.OrderBy(b => b.Key, StringComparer.Ordinal).Select(b => new Wire.BlocklistEntry { Entity = b.Key, UntilUnixMs = b.Value }));
        wire.Auth.AddRange(Auth.Select(a => new Wire.AuthEntry { Entity = a.Key, Mon = a.Value.Mon, Osd = a.Value.Osd }));
        wire.ErasureProfiles.AddRange(
            ErasureProfiles.OrderBy(p => p.Key, StringComparer.Ordinal)
                .Select(p => new Wire.ErasureProfile { Name = p.Key, Options = { PoolCodec.ToWire(p.Value) } }));
        return wire.ToByteArray();
    }

    /// <summary>The CRC-32C of <see cref="Encode"/>, by which two daemons know that they hold the same map.</summary>
    public uint ComputeCrc() => Crc32C.Compute(Encode());

    /// <exception cref="MapFormatException">The bytes are no OSDMap.</exception>
    public static OsdMap Decode(ReadOnlySpan<byte> bytes) =>
        MapFormatException.Guard("OSDMap", bytes.ToArray(), static b => FromWire(Wire.OsdMapFull.Parser.ParseFrom(b)));

    private static OsdMap FromWire(Wire.OsdMapFull wire)
    {
        var osds = new OsdState?[MapLimits.RequireMaxOsd(wire.MaxOsd)];
        foreach (Wire.OsdState osd in wire.Osds)
        {
            osds[osd.Id] = OsdStateCodec.Decode(osd, from: null);
        }

        return new OsdMap
        {
            Fsid = new Guid(wire.Fsid.Span, bigEndian: true),
            Epoch = new Epoch(wire.Epoch),
            ModifiedUnixMs = wire.ModifiedUnixMs,
            Flags = (OsdMapFlags)wire.Flags,
            Osds = ImmutableArray.Create(osds),
            Pools = wire.Pools.ToImmutableSortedDictionary(p => p.Id, PoolCodec.FromWire),
            MaxPoolId = wire.MaxPoolId,
            Crush = CrushCodec.Decode(wire.Crush),
            PgTemp = wire.PgTemp.ToImmutableSortedDictionary(PoolCodec.PgOf, PoolCodec.OsdsOf),
            PrimaryTemp = wire.PrimaryTemp.ToImmutableSortedDictionary(PoolCodec.PgOf, PoolCodec.OsdOf),
            PgUpmap = wire.PgUpmap.ToImmutableSortedDictionary(PoolCodec.PgOf, PoolCodec.OsdsOf),
            PgUpmapItems = wire.PgUpmapItems.ToImmutableSortedDictionary(PoolCodec.PgOf, PoolCodec.ItemsOf),
            Blocklist = wire.Blocklist.ToImmutableSortedDictionary(b => b.Entity, b => b.UntilUnixMs, StringComparer.Ordinal),
            Auth = wire.Auth.ToImmutableSortedDictionary(a => a.Entity, a => new ClientCaps(a.Mon, a.Osd), StringComparer.Ordinal),
            ErasureProfiles = wire.ErasureProfiles.ToImmutableSortedDictionary(
                p => p.Name, p => PoolCodec.FromWire(p.Options), StringComparer.Ordinal),
            FullRatio = wire.FullRatio,
            NearfullRatio = wire.NearfullRatio,
            BackfillfullRatio = wire.BackfillfullRatio,
        };
    }
}
