using System.Collections.Immutable;
using Cairn.Cli.Shell;
using Cairn.Maps;

namespace Cairn.Cli.Balancing;

/// <summary>What a plan changes: the upmap pairs of each PG before and after.</summary>
internal sealed record BalancePlanView(bool Applied, int Moves, long Replicas, double DeviationBefore, double DeviationAfter, IReadOnlyList<BalancePlanView.Entry> Pgs)
{
    internal sealed record Entry(string Pg, string Was, string Becomes);

    public static BalancePlanView Of(OsdMap map, BalancerPlan plan, bool applied) => new(
        applied,
        plan.Moves,
        map.Pools.Values.Sum(p => (long)p.PgNum * p.Size),
        plan.DeviationBefore,
        plan.DeviationAfter,
        [.. plan.Items.Select(i => new Entry(i.Key.ToString(), Text(map.PgUpmapItems.GetValueOrDefault(i.Key, [])), Text(i.Value)))]);

    public void Write(TextWriter output)
    {
        output.WriteLine($"furthest from its fair share an OSD is {Units.Number(DeviationBefore, "0.0")} PGs, and would be {Units.Number(DeviationAfter, "0.0")}");
        if (Pgs.Count == 0)
        {
            output.WriteLine("nothing to do");
            return;
        }

        output.WriteLine($"{Moves} of {Replicas} replicas move ({Units.Number(100.0 * Moves / Math.Max(1, Replicas), "0.0")} %)");
        TextTable table = new("PG", "UPMAP WAS", "BECOMES");
        foreach (Entry entry in Pgs)
        {
            table.Add(entry.Pg, entry.Was, entry.Becomes);
        }

        table.Write(output);
        output.WriteLine(Applied ? "applied" : "a dry run: --apply does it");
    }

    private static string Text(ImmutableArray<(OsdId From, OsdId To)> items) => items.IsEmpty ? "-" : string.Join(' ', items.Select(i => $"{i.From.Value}>{i.To.Value}"));
}
