using System.Collections.Immutable;
using System.Globalization;

namespace Cairn.Crush.Tests;

/// <summary>Every row of <c>movement.tsv</c>: 2,000 devices of equal weight, changed as the row says, move what Ceph moves.</summary>
public sealed class MovementTests
{
    private const int Device = 777;
    private const int Added = 20;
    private const string Out = "override weight (reweight) of one device to 0: marked out";
    private const string HalfIn = "override weight of one device to 0.5";

    // A row's map and its shape: racks, hosts, devices a host. No racks: hosts under the root; no hosts: one bucket.
    private static readonly Dictionary<string, (int Racks, int Hosts, int Devices)> Shapes = new()
    {
        ["50 hosts of 40"] = (10, 50, 40),
        ["100 hosts of 20"] = (10, 100, 20),
        ["two levels: 100 hosts of 20"] = (0, 100, 20),
        ["flat: one bucket of 2000"] = (0, 0, 2000),
    };

    public static TheoryData<string> Rows => [.. Vectors.Lines("movement.tsv").Skip(1)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Moves_exactly_what_Ceph_moves(string row)
    {
        string[] columns = row.Split('\t');
        (int racks, int hosts, int devices) = Shapes[columns[0]];
        bool erasure = columns[1].StartsWith("erasure", StringComparison.Ordinal);
        string domain = columns[1].Split(' ')[^1];
        CrushMap before = Build(racks, hosts, devices, erasure, domain, change: "");
        CrushMap after = Build(racks, hosts, devices, erasure, domain, columns[2]);
        var reweight = new Dictionary<int, uint>();
        if (columns[2] is Out or HalfIn)
        {
            reweight.Add(Device, columns[2] == Out ? 0u : 0x8000u);
        }

        uint[] inputs = [.. Enumerable.Range(0, hosts == 0 ? 16_384 : 32_768).Select(x => (uint)x)];
        CrushMovement movement = CrushMovement.Compare(
            before, CrushTester.BuildWeights(before, new Dictionary<int, uint>()), after, CrushTester.BuildWeights(after, reweight), 0, erasure ? 6 : 3, inputs);
        string[] moved = [Percent(movement.Ideal), Percent(movement.MovedShare), Percent(movement.PlacesChangedShare), Percent(movement.InputsTouchedShare)];
        Assert.Equal(columns[3..7], moved);
    }

    private static CrushMap Build(int racks, int hosts, int devices, bool erasure, string domain, string change)
    {
        List<List<int>> byHost = [.. Enumerable.Range(0, Math.Max(1, hosts)).Select(h => Enumerable.Range(h * devices, devices).ToList())];
        List<List<int>> byRack = [.. Enumerable.Range(0, racks).Select(r => Enumerable.Range(r * (hosts / racks), hosts / racks).ToList())];
        List<int> newcomers = [.. Enumerable.Range(2000, Added)];
        switch (change)
        {
            case "add 20 devices":
                byHost[0].AddRange(newcomers);
                break;
            case "add 20 devices, one to each of 20 hosts":
                newcomers.ForEach(d => byHost[d - 2000].Add(d));
                break;
            case "add 20 devices as one new host in an existing rack":
                byHost.Add(newcomers);
                byRack[0].Add(hosts);
                break;
            case "add 20 devices as one new host in a new rack":
                byHost.Add(newcomers);
                byRack.Add([hosts]);
                break;
            case "add 20 devices as one new host":
                byHost.Add(newcomers);
                break;
            case "remove one device":
                byHost[Device / devices].Remove(Device);
                break;
            case "crush weight of one device to 0" or "crush weight of one device to one half" or Out or HalfIn or "":
                break;
            default:
                Assert.Fail($"unknown change '{change}'");
                break;
        }

        uint deviceWeight = change.StartsWith("crush weight", StringComparison.Ordinal) ? change.EndsWith('0') ? 0u : 0x8000u : 0x10000u;
        CrushItem Item(int device) => new(device, device == Device ? deviceWeight : 0x10000);

        // Ids as the maps had them: the root -1, then the racks, then the hosts, then a new rack.
        var buckets = new List<CrushBucket>();
        CrushItem Add(int id, int type, IEnumerable<CrushItem> items)
        {
            buckets.Add(new CrushBucket { Id = id, Name = $"b{-id}", Type = type, Items = [.. items] });
            return new CrushItem(id, buckets[^1].Weight);
        }

        if (hosts == 0)
        {
            Add(-1, 3, byHost[0].Select(Item));
        }
        else
        {
            List<CrushItem> hostItems = [.. byHost.Select((host, i) => Add(-2 - racks - i, 1, host.Select(Item)))];
            List<CrushItem> rackItems = [.. byRack.Select((rack, i) => Add(i < racks ? -2 - i : -2 - racks - byHost.Count, 2, rack.Select(h => hostItems[h])))];
            Add(-1, 3, racks == 0 ? hostItems : rackItems);
        }

        return new CrushMap
        {
            Types = new[] { "osd", "host", "rack", "root" }.Select((name, i) => KeyValuePair.Create(i, name)).ToImmutableSortedDictionary(),
            Buckets = buckets.ToImmutableSortedDictionary(b => b.Id, b => b),
            Rules = ImmutableSortedDictionary<int, CrushRule>.Empty.Add(0, new CrushRule { Id = 0, Name = "rule", Steps = Steps(erasure, domain) }),
        };
    }

    private static ImmutableArray<CrushStep> Steps(bool erasure, string domain)
    {
        CrushStep choose = domain switch
        {
            "device" => new CrushStep(erasure ? CrushOp.ChooseIndep : CrushOp.ChooseFirstN),
            "host" => new CrushStep(erasure ? CrushOp.ChooseLeafIndep : CrushOp.ChooseLeafFirstN, 0, 1),
            _ => new CrushStep(erasure ? CrushOp.ChooseLeafIndep : CrushOp.ChooseLeafFirstN, 0, 2),
        };
        CrushStep[] tries = erasure ? [new(CrushOp.SetChooseLeafTries, 5), new(CrushOp.SetChooseTries, 100)] : [];
        return [.. tries, new(CrushOp.Take, -1), choose, new(CrushOp.Emit)];
    }

    private static string Percent(double share) => (share * 100).ToString("F4", CultureInfo.InvariantCulture);
}
