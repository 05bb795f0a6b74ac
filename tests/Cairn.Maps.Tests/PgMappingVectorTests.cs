using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Cairn.Maps.Tests;

public sealed class PgMappingVectorTests
{
    public static TheoryData<string> States => [.. Vectors.States];

    [Theory]
    [MemberData(nameof(States))]
    public void Maps_every_PG_to_raw_up_and_acting_as_Ceph_does(string state)
    {
        OsdMap map = Vectors.Map(state);
        int checkedPgs = 0;
        foreach (string line in Vectors.Lines($"osdmap/{state}.pgs"))
        {
            PgId pg = Vectors.Pg(line.Split(' ')[0]);
            Assert.Equal(line, Describe(map, pg));
            checkedPgs++;
        }

        Assert.Equal(map.Pools.Values.Sum(p => p.PgNum), checkedPgs);
    }

    [Theory]
    [MemberData(nameof(States))]
    public void Maps_a_whole_pool_to_what_it_maps_PG_by_PG(string state)
    {
        OsdMap map = Vectors.Map(state);
        foreach (Pool pool in map.Pools.Values)
        {
            PoolMapping whole = PoolMapping.Compute(map, pool.Id);
            for (uint seed = 0; seed < pool.PgNum; seed++)
            {
                PgMapping expected = map.MapPg(new PgId(pool.Id, seed));
                PgMapping mapped = whole[seed];
                Assert.Equal(expected.Up, mapped.Up);
                Assert.Equal(expected.UpPrimary, mapped.UpPrimary);
                Assert.Equal(expected.Acting, mapped.Acting);
                Assert.Equal(expected.ActingPrimary, mapped.ActingPrimary);
            }
        }
    }

    [Fact]
    public void Places_every_object_in_the_PG_Ceph_places_it_in()
    {
        OsdMap map = Vectors.Map("plain");
        foreach (string line in Vectors.Lines("osdmap/objects.jsonl"))
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement row = json.RootElement;
            (string nspace, string name) = (row[1].GetString()!, row[2].GetString()!);
            Assert.Equal(row[3].GetString(), ObjectHash.Compute(nspace, name).ToString("x", CultureInfo.InvariantCulture));
            PgId pg = map.ObjectToPg(row[0].GetInt64(), nspace, name);
            Assert.Equal(row[4].GetString(), pg.Seed.ToString("x", CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void String_hash_is_Cephs_for_names_of_any_length_and_byte()
    {
        foreach (string line in Vectors.Lines("hash/str-hash.txt"))
        {
            string[] columns = line.Split(' ');
            byte[] name = columns[0] == "." ? [] : Convert.FromHexString(columns[0]);
            Assert.Equal(columns[1], ObjectHash.Rjenkins(name).ToString("x8", CultureInfo.InvariantCulture));
        }
    }

    private static string Describe(OsdMap map, PgId pg)
    {
        Pool pool = map.Pools[pg.Pool];
        Span<int> raw = new int[map.MaxPlaces(pool)];
        raw = raw[..map.MapRaw(pool, pg, raw)];
        PgMapping mapping = map.MapPg(pg);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{pg} {Set(raw.ToArray())} {raw.ToArray().FirstOrDefault(o => o != int.MaxValue, -1)} ");
        text.Append(CultureInfo.InvariantCulture, $"{Set(mapping.Up.Select(o => o.Value))} {mapping.UpPrimary.Value} ");
        text.Append(CultureInfo.InvariantCulture, $"{Set(mapping.Acting.Select(o => o.Value))} {mapping.ActingPrimary.Value}");
        return text.ToString();
    }

    private static string Set(IEnumerable<int> osds) =>
        osds.Any() ? string.Join(',', osds.Select(o => o == int.MaxValue ? "-" : o.ToString(CultureInfo.InvariantCulture))) : ".";
}
