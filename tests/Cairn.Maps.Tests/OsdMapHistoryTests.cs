using System.Collections.Immutable;
using Cairn.Crush;
using Cairn.Maps.Auth;
using CsCheck;

namespace Cairn.Maps.Tests;

/// <summary>Random histories of a cluster: whatever happened, the chain of incrementals gives the full map.</summary>
public sealed class OsdMapHistoryTests
{
    private const int Osds = 12;

    private static readonly Gen<Func<OsdMap, OsdMap>> AnyChange = Gen.Select(Gen.Int[0, 16], Gen.Int[0, Osds - 1], Gen.UInt[0, 0x10000], Gen.Int[1, 3])
        .Select((kind, osd, weight, pool) => Change(kind, osd, weight, pool));

    [Fact]
    public void A_chain_of_incrementals_gives_the_full_map() => AnyChange.Array[0, 40].Sample(changes =>
    {
        OsdMap start = Clusters.Build(2, 3, 2).WithPool(1, 32);
        OsdMap truth = start;
        OsdMap follower = OsdMap.Decode(start.Encode());
        foreach (Func<OsdMap, OsdMap> change in changes)
        {
            OsdMap next = change(truth) with { Epoch = truth.Epoch.Next, ModifiedUnixMs = truth.ModifiedUnixMs + 5 };
            OsdMapIncremental incremental = OsdMapIncremental.Decode(OsdMapIncremental.Between(truth, next).Encode().Span);
            follower = follower.Apply(incremental);
            truth = next;
        }

        Assert.Equal(truth.Encode(), follower.Encode());
        Assert.Equal(truth.Encode(), OsdMap.Decode(truth.Encode()).Encode());
        Assert.Equal(truth.Crush, follower.Crush);
    }, iter: 200);

    [Fact]
    public void A_pool_mapping_taken_along_equals_one_computed_anew() => AnyChange.Array[0, 20].Sample(changes =>
    {
        OsdMap map = Clusters.Build(2, 3, 2).WithPool(1, 64);
        PoolMapping mapping = PoolMapping.Compute(map, 1);
        foreach (Func<OsdMap, OsdMap> change in changes)
        {
            OsdMap next = change(map) with { Epoch = map.Epoch.Next };
            if (!next.Pools.ContainsKey(1))
            {
                continue;
            }

            map = next;
            mapping = mapping.Update(map);
            for (uint seed = 0; seed < map.Pools[1].PgNum; seed++)
            {
                PgMapping expected = map.MapPg(new PgId(1, seed));
                Assert.Equal(expected.Up, mapping[seed].Up);
                Assert.Equal(expected.ActingPrimary, mapping[seed].ActingPrimary);
            }
        }
    }, iter: 200);

    [Fact]
    public void An_incremental_on_another_map_than_its_own_is_refused()
    {
        OsdMap map = Clusters.Build(1, 3, 1).WithPool(1, 8);
        OsdMap next = map.WithOsd(0, o => o with { Up = false }) with { Epoch = map.Epoch.Next };
        OsdMapIncremental incremental = OsdMapIncremental.Between(map, next);
        OsdMap diverged = map.WithOsd(1, o => o with { Weight = 1 });
        Assert.Contains("CRC", Assert.Throws<OsdMapMismatchException>(() => diverged.Apply(incremental)).Message, StringComparison.Ordinal);
        Assert.Throws<OsdMapMismatchException>(() => next.Apply(incremental));
    }

    [Fact]
    public void Damaged_bytes_are_refused_by_name()
    {
        byte[] bytes = Clusters.Build(1, 3, 1).Encode();
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            byte[] damaged = [.. bytes];
            damaged[at] = value;
            try
            {
                OsdMap.Decode(damaged).Encode();
            }
            catch (MapFormatException)
            {
                // The only exception there may be.
            }
        }, iter: 2000);
    }

    private static Func<OsdMap, OsdMap> Change(int kind, int osd, uint weight, int pool) => map => kind switch
    {
        0 when map.Osds[osd] is not null => map.WithOsd(osd, o => o with { Up = !o.Up, DownAt = map.Epoch }),
        1 when map.Osds[osd] is not null => map.WithOsd(osd, o => o with { Weight = weight, AutoOut = weight == 0 }),
        2 when map.Osds[osd] is not null => map.WithOsd(osd, o => o with { PrimaryAffinity = weight, LastCleanEnd = map.Epoch }),
        3 => map with { Osds = map.Osds.SetItem(osd, map.Osds[osd] is null ? Clusters.Osd(osd) : null) },
        4 => map.WithPool(pool, weight / 1024 + 1),
        5 => map with { Pools = map.Pools.Remove(pool) },
        6 => map with { PgTemp = map.PgTemp.SetItem(new PgId(pool, weight % 8), [new OsdId(osd), new OsdId((osd + 1) % Osds)]) },
        7 => map with { PgTemp = map.PgTemp.Clear(), PrimaryTemp = map.PrimaryTemp.SetItem(new PgId(pool, weight % 8), new OsdId(osd)) },
        8 => map with { PgUpmap = map.PgUpmap.SetItem(new PgId(pool, weight % 8), [new OsdId(osd), new OsdId((osd + 5) % Osds)]) },
        9 => map with { PgUpmapItems = map.PgUpmapItems.SetItem(new PgId(pool, weight % 8), [(new OsdId(osd), new OsdId((osd + 3) % Osds))]) },
        10 => map with { PgUpmap = map.PgUpmap.Clear(), PgUpmapItems = map.PgUpmapItems.Remove(new PgId(pool, weight % 8)) },
        11 => map with { Blocklist = map.Blocklist.ContainsKey($"client.{osd}") ? map.Blocklist.Remove($"client.{osd}") : map.Blocklist.Add($"client.{osd}", weight) },
        12 => map with { Flags = map.Flags ^ OsdMapFlags.NoOut, FullRatio = weight / 65536.0 },
        13 => map with
        {
            ErasureProfiles = map.ErasureProfiles.SetItem(
                $"p{pool}", ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("k", $"{osd}").Add("m", "2")),
        },
        14 => map with { Crush = Edit(map.Crush, e => e.SetDevice(osd, weight, [new("host", $"h{weight % 7}"), new("root", "default")])) },
        15 => map with { Crush = Edit(map.Crush, e => SetClass(e, osd, weight % 2 == 0 ? "ssd" : "hdd")) },
        16 => map with { Auth = map.Auth.ContainsKey($"client.{pool}") && weight % 2 == 0 ? map.Auth.Remove($"client.{pool}") : map.Auth.SetItem($"client.{pool}", new ClientCaps("allow r", $"allow rw pool={osd}")) },
        _ => map,
    };

    private static CrushMap Edit(CrushMap crush, Action<CrushEditor> edit)
    {
        var editor = new CrushEditor(crush);
        edit(editor);
        return editor.ToMap();
    }

    private static void SetClass(CrushEditor editor, int osd, string deviceClass)
    {
        editor.RemoveDeviceClass(osd);
        editor.SetDeviceClass(osd, deviceClass);
    }
}
