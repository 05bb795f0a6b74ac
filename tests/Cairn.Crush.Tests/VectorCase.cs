using System.Globalization;

namespace Cairn.Crush.Tests;

/// <summary>One case of a <c>.vec</c> file.</summary>
internal sealed record VectorCase(string Map, int Number)
{
    public int Rule { get; private set; }

    public int NumRep { get; private set; }

    public int First { get; private set; }

    public int Last { get; private set; }

    public int? PoolId { get; private set; }

    public List<(string Name, int Value)> Tunables { get; } = [];

    public List<(int Device, uint Weight)> Weights { get; } = [];

    public List<string> Expected { get; } = [];

    public uint InputOf(int x) => PoolId is int pool ? CrushHash.Hash((uint)x, (uint)pool) : (uint)x;

    public CrushMap Prepare(CrushMap map)
    {
        CrushTunables tunables = map.Tunables;
        foreach ((string name, int value) in Tunables)
        {
            tunables = CrushTunableNames.With(tunables, name, value)!;
        }

        return Tunables.Count == 0 ? map : map with { Tunables = tunables };
    }

    public uint[] Reweights(CrushMap map)
    {
        uint[] weights = new uint[map.Mapper.MaxDevices];
        foreach (CrushItem item in map.Buckets.Values.SelectMany(b => b.Items).Where(i => i.Id >= 0))
        {
            weights[item.Id] = 0x10000;
        }

        foreach ((int device, uint weight) in Weights)
        {
            weights[device] = weight;
        }

        return weights;
    }

    public static string Format(ReadOnlySpan<int> result)
    {
        var parts = new List<string>();
        foreach (int item in result)
        {
            parts.Add(item == CrushMap.NoItem ? "-" : item.ToString(CultureInfo.InvariantCulture));
        }

        return parts.Count == 0 ? "." : string.Join(' ', parts);
    }

    public static List<VectorCase> ReadAll(string name)
    {
        var cases = new List<VectorCase>();
        bool expecting = false;
        foreach (string line in Vectors.Lines($"vectors/{name}.vec"))
        {
            string[] words = line.Split(' ');
            switch (words[0])
            {
                case "map":
                    break;
                case "case":
                    cases.Add(new VectorCase(name, Int(1)));
                    expecting = true;
                    break;
                case "rule":
                    cases[^1].Rule = Int(1);
                    break;
                case "num_rep":
                    cases[^1].NumRep = Int(1);
                    break;
                case "x":
                    (cases[^1].First, cases[^1].Last) = (Int(1), Int(2));
                    break;
                case "pool_id":
                    cases[^1].PoolId = Int(1);
                    break;
                case "set":
                    cases[^1].Tunables.Add((words[1], Int(2)));
                    break;
                case "weight":
                    cases[^1].Weights.Add((Int(1), (uint)Int(2)));
                    break;
                case "expect":
                    expecting = true;
                    break;
                case "end":
                    expecting = false;
                    break;
                default:
                    Assert.True(expecting);
                    cases[^1].Expected.Add(line);
                    break;
            }

            int Int(int at) => int.Parse(words[at], CultureInfo.InvariantCulture);
        }

        return cases;
    }
}
