using System.Collections.Immutable;
using Cairn.Maps.Commands;

namespace Cairn.Monitor.State;

/// <summary>The last commands and their results, oldest forgotten first.</summary>
public sealed record CommandMemory
{
    /// <summary>A client retries for seconds, so the window need not be long; it bounds the snapshot (about 100 bytes each).</summary>
    public const int CommandsMax = 4096;

    private ImmutableSortedDictionary<Guid, CommandResult> Results { get; init; } = ImmutableSortedDictionary<Guid, CommandResult>.Empty;

    private ImmutableQueue<Guid> Order { get; init; } = [];

    public static CommandMemory Empty { get; } = new();

    public int Count => Results.Count;

    public CommandResult? Find(Guid id) => Results.GetValueOrDefault(id);

    public CommandMemory Remember(Guid id, CommandResult result)
    {
        ImmutableSortedDictionary<Guid, CommandResult> results = Results.Add(id, result);
        ImmutableQueue<Guid> order = Order.Enqueue(id);
        while (results.Count > CommandsMax)
        {
            order = order.Dequeue(out Guid oldest);
            results = results.Remove(oldest);
        }

        return new CommandMemory { Results = results, Order = order };
    }

    /// <summary>Oldest first.</summary>
    public IEnumerable<KeyValuePair<Guid, CommandResult>> InOrder() => Order.Select(id => KeyValuePair.Create(id, Results[id]));
}
