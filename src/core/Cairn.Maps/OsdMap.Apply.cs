using System.Collections.Immutable;
using Cairn.Maps.Auth;

namespace Cairn.Maps;

public sealed partial record OsdMap
{
    /// <summary>The map of the next epoch.</summary>
    /// <exception cref="OsdMapMismatchException">It is of another cluster or epoch, or its CRC is not the result's. Fetch the full map.</exception>
    /// <exception cref="MapFormatException">Its parts are not valid.</exception>
    public OsdMap Apply(OsdMapIncremental incremental)
    {
        if (incremental.Fsid != Fsid)
        {
            throw new OsdMapMismatchException($"incremental {incremental.Epoch} is of cluster {incremental.Fsid}, the map of {Fsid}");
        }

        if (incremental.Epoch != Epoch.Next)
        {
            throw new OsdMapMismatchException($"incremental {incremental.Epoch} does not follow map {Epoch}");
        }

        OsdMap next = MapFormatException.Guard("OSDMap incremental", incremental.Wire, Apply);
        uint crc = next.ComputeCrc();
        if (crc != incremental.FullCrc)
        {
            throw new OsdMapMismatchException($"incremental {incremental.Epoch} gave a map of CRC {crc:x8} where {incremental.FullCrc:x8} is due");
        }

        return next;
    }

    private OsdMap Apply(Wire.OsdMapDelta delta) => this with
    {
        Epoch = new Epoch(delta.Epoch),
        ModifiedUnixMs = delta.ModifiedUnixMs,
        Flags = delta.HasFlags ? (OsdMapFlags)delta.Flags : Flags,
        Osds = ApplyOsds(delta),
        Pools = Pools.RemoveRange(delta.RemovedPools).SetItems(delta.Pools.Select(p => KeyValuePair.Create(p.Id, PoolCodec.FromWire(p)))),
        MaxPoolId = delta.HasMaxPoolId ? delta.MaxPoolId : MaxPoolId,
        Crush = delta.HasCrush ? CrushCodec.Decode(delta.Crush) : Crush,
        PgTemp = ApplyPgs(PgTemp, delta.PgTemp, PoolCodec.OsdsOf),
        PrimaryTemp = ApplyPgs(PrimaryTemp, delta.PrimaryTemp, PoolCodec.OsdOf),
        PgUpmap = ApplyPgs(PgUpmap, delta.PgUpmap, PoolCodec.OsdsOf),
        PgUpmapItems = ApplyPgs(PgUpmapItems, delta.PgUpmapItems, PoolCodec.ItemsOf),
        Blocklist = Blocklist.RemoveRange(delta.RemovedBlocklist).SetItems(delta.Blocklist.Select(b => KeyValuePair.Create(b.Entity, b.UntilUnixMs))),
        Auth = Auth.RemoveRange(delta.RemovedAuth).SetItems(delta.Auth.Select(a => KeyValuePair.Create(a.Entity, new ClientCaps(a.Mon, a.Osd)))),
        ErasureProfiles = ErasureProfiles.RemoveRange(delta.RemovedErasureProfiles)
            .SetItems(delta.ErasureProfiles.Select(p => KeyValuePair.Create(p.Name, PoolCodec.FromWire(p.Options)))),
        FullRatio = delta.HasFullRatio ? delta.FullRatio : FullRatio,
        NearfullRatio = delta.HasNearfullRatio ? delta.NearfullRatio : NearfullRatio,
        BackfillfullRatio = delta.HasBackfillfullRatio ? delta.BackfillfullRatio : BackfillfullRatio,
    };

    private ImmutableArray<OsdState?> ApplyOsds(Wire.OsdMapDelta delta)
    {
        if (delta.Osds.Count == 0 && delta.RemovedOsds.Count == 0 && !delta.HasMaxOsd)
        {
            return Osds;
        }

        var osds = new OsdState?[delta.HasMaxOsd ? MapLimits.RequireMaxOsd(delta.MaxOsd) : Osds.Length];
        Osds.AsSpan(0, Math.Min(Osds.Length, osds.Length)).CopyTo(osds);
        foreach (uint id in delta.RemovedOsds)
        {
            osds[id] = null;
        }

        foreach (Wire.OsdState osd in delta.Osds)
        {
            osds[osd.Id] = OsdStateCodec.Decode(osd, osds[osd.Id]);
        }

        return ImmutableArray.Create(osds);
    }

    private static ImmutableSortedDictionary<PgId, T> ApplyPgs<T>(
        ImmutableSortedDictionary<PgId, T> old, IEnumerable<Wire.PgOsds> changes, Func<Wire.PgOsds, T> decode)
    {
        ImmutableSortedDictionary<PgId, T> now = old;
        foreach (Wire.PgOsds change in changes)
        {
            now = change.Osds.Count == 0 ? now.Remove(PoolCodec.PgOf(change)) : now.SetItem(PoolCodec.PgOf(change), decode(change));
        }

        return now;
    }
}
