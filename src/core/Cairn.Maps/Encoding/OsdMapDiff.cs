using System.Collections.Immutable;
using Cairn.Maps.Auth;
using Google.Protobuf;

namespace Cairn.Maps;

/// <summary>Finds what changed between two maps. Parts that are the same object are not looked into.</summary>
internal static class OsdMapDiff
{
    public static Wire.OsdMapDelta Compute(OsdMap old, OsdMap now)
    {
        var delta = new Wire.OsdMapDelta
        {
            Fsid = ByteString.CopyFrom(now.Fsid.ToByteArray(bigEndian: true)),
            Epoch = now.Epoch.Value,
            ModifiedUnixMs = now.ModifiedUnixMs,
        };
        AddScalars(delta, old, now);
        AddOsds(delta, old.Osds, now.Osds);
        AddPools(delta, old.Pools, now.Pools);
        if (!ReferenceEquals(old.Crush, now.Crush) && !CrushCodec.Encode(old.Crush).Equals(CrushCodec.Encode(now.Crush)))
        {
            delta.Crush = CrushCodec.Encode(now.Crush);
        }

        delta.PgTemp.AddRange(Changes(old.PgTemp, now.PgTemp, (a, b) => a.AsSpan().SequenceEqual(b.AsSpan()), PoolCodec.ToWire));
        delta.PrimaryTemp.AddRange(Changes(old.PrimaryTemp, now.PrimaryTemp, (a, b) => a == b, PoolCodec.ToWire));
        delta.PgUpmap.AddRange(Changes(old.PgUpmap, now.PgUpmap, (a, b) => a.AsSpan().SequenceEqual(b.AsSpan()), PoolCodec.ToWire));
        delta.PgUpmapItems.AddRange(Changes(old.PgUpmapItems, now.PgUpmapItems, (a, b) => a.AsSpan().SequenceEqual(b.AsSpan()), PoolCodec.ToWire));
        AddBlocklist(delta, old.Blocklist, now.Blocklist);
        AddAuth(delta, old.Auth, now.Auth);
        AddProfiles(delta, old, now);
        return delta;
    }

    private static void AddScalars(Wire.OsdMapDelta delta, OsdMap old, OsdMap now)
    {
        if (old.Flags != now.Flags)
        {
            delta.Flags = (uint)now.Flags;
        }

        if (old.MaxPoolId != now.MaxPoolId)
        {
            delta.MaxPoolId = now.MaxPoolId;
        }

        if (!old.FullRatio.Equals(now.FullRatio))
        {
            delta.FullRatio = now.FullRatio;
        }

        if (!old.NearfullRatio.Equals(now.NearfullRatio))
        {
            delta.NearfullRatio = now.NearfullRatio;
        }

        if (!old.BackfillfullRatio.Equals(now.BackfillfullRatio))
        {
            delta.BackfillfullRatio = now.BackfillfullRatio;
        }

        if (old.Osds.Length != now.Osds.Length)
        {
            delta.MaxOsd = (uint)now.Osds.Length;
        }
    }

    private static void AddOsds(Wire.OsdMapDelta delta, ImmutableArray<OsdState?> old, ImmutableArray<OsdState?> now)
    {
        if (old == now)
        {
            return;
        }

        for (int id = 0; id < now.Length; id++)
        {
            OsdState? before = id < old.Length ? old[id] : null;
            if (ReferenceEquals(before, now[id]) || before == now[id])
            {
                continue;
            }

            if (now[id] is { } state)
            {
                delta.Osds.Add(OsdStateCodec.Encode(id, state, before));
            }
            else
            {
                delta.RemovedOsds.Add((uint)id);
            }
        }
    }

    private static void AddPools(Wire.OsdMapDelta delta, ImmutableSortedDictionary<long, Pool> old, ImmutableSortedDictionary<long, Pool> now)
    {
        if (ReferenceEquals(old, now))
        {
            return;
        }

        delta.Pools.AddRange(now.Values.Where(p => !old.TryGetValue(p.Id, out Pool? before) || !PoolCodec.Same(before, p)).Select(PoolCodec.ToWire));
        delta.RemovedPools.AddRange(old.Keys.Where(id => !now.ContainsKey(id)));
    }

    // New and changed entries, and those gone as an entry without OSDs.
    private static IEnumerable<Wire.PgOsds> Changes<T>(
        ImmutableSortedDictionary<PgId, T> old, ImmutableSortedDictionary<PgId, T> now, Func<T, T, bool> same, Func<PgId, T, Wire.PgOsds> encode)
    {
        if (ReferenceEquals(old, now))
        {
            return [];
        }

        IEnumerable<Wire.PgOsds> changed = now.Where(p => !old.TryGetValue(p.Key, out T? before) || !same(before, p.Value)).Select(p => encode(p.Key, p.Value));
        IEnumerable<Wire.PgOsds> gone = old.Keys.Where(pg => !now.ContainsKey(pg)).Select(pg => new Wire.PgOsds { Pool = pg.Pool, Seed = pg.Seed });
        return changed.Concat(gone).OrderBy(PoolCodec.PgOf);
    }

    private static void AddBlocklist(Wire.OsdMapDelta delta, ImmutableSortedDictionary<string, long> old, ImmutableSortedDictionary<string, long> now)
    {
        if (ReferenceEquals(old, now))
        {
            return;
        }

        delta.Blocklist.AddRange(
            now.Where(b => !old.TryGetValue(b.Key, out long until) || until != b.Value)
                .Select(b => new Wire.BlocklistEntry { Entity = b.Key, UntilUnixMs = b.Value }));
        delta.RemovedBlocklist.AddRange(old.Keys.Where(b => !now.ContainsKey(b)));
    }

    private static void AddAuth(Wire.OsdMapDelta delta, ImmutableSortedDictionary<string, ClientCaps> old, ImmutableSortedDictionary<string, ClientCaps> now)
    {
        if (ReferenceEquals(old, now))
        {
            return;
        }

        delta.Auth.AddRange(
            now.Where(a => !old.TryGetValue(a.Key, out ClientCaps? before) || before != a.Value)
                .Select(a => new Wire.AuthEntry { Entity = a.Key, Mon = a.Value.Mon, Osd = a.Value.Osd }));
        delta.RemovedAuth.AddRange(old.Keys.Where(a => !now.ContainsKey(a)));
    }

    private static void AddProfiles(Wire.OsdMapDelta delta, OsdMap old, OsdMap now)
    {
        if (ReferenceEquals(old.ErasureProfiles, now.ErasureProfiles))
        {
            return;
        }

        delta.ErasureProfiles.AddRange(
            now.ErasureProfiles.Where(p => !old.ErasureProfiles.TryGetValue(p.Key, out var before) || !before.SequenceEqual(p.Value))
                .Select(p => new Wire.ErasureProfile { Name = p.Key, Options = { PoolCodec.ToWire(p.Value) } }));
        delta.RemovedErasureProfiles.AddRange(old.ErasureProfiles.Keys.Where(p => !now.ErasureProfiles.ContainsKey(p)));
    }
}
