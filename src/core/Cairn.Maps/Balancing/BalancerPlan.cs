using System.Collections.Immutable;
using Cairn.Maps.Commands;

namespace Cairn.Maps;

/// <summary>What the balancer would change, and what that gains.</summary>
/// <param name="Items">The PGs whose <c>pg_upmap_items</c> change, with all their pairs; none means the entry goes.</param>
/// <param name="Moves">Replicas that would move.</param>
/// <param name="DeviationBefore">The furthest any OSD is from its fair share of a pool, in PGs.</param>
/// <param name="DeviationAfter">The same with the plan applied.</param>
public sealed record BalancerPlan(
    ImmutableSortedDictionary<PgId, ImmutableArray<(OsdId From, OsdId To)>> Items, int Moves, double DeviationBefore, double DeviationAfter)
{
    public static BalancerPlan Empty { get; } = new(ImmutableSortedDictionary<PgId, ImmutableArray<(OsdId From, OsdId To)>>.Empty, 0, 0, 0);

    public bool IsEmpty => Items.IsEmpty;

    /// <summary>The map with the plan's entries; its epoch is the caller's to raise.</summary>
    public OsdMap ApplyTo(OsdMap map) => map with
    {
        PgUpmapItems = map.PgUpmapItems.RemoveRange(Items.Where(i => i.Value.IsEmpty).Select(i => i.Key)).SetItems(Items.Where(i => !i.Value.IsEmpty)),
    };

    /// <summary>The command that makes the plan part of the map it was made for, and of no later one.</summary>
    public UpmapPlan ToCommand(OsdMap map)
    {
        UpmapPlan command = new() { Epoch = map.Epoch.Value };
        foreach ((PgId pg, ImmutableArray<(OsdId From, OsdId To)> items) in Items)
        {
            command.Changes.Add(new UpmapItemsSet
            {
                Pg = pg.ToString(),
                Items = { items.Select(i => new UpmapItem { From = i.From.Value, To = i.To.Value }) },
            });
        }

        return command;
    }
}
