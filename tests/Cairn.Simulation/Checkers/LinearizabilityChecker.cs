using System.Text;
using Cairn.Objects;
using Cairn.Simulation.Cluster;
using Cairn.Simulation.History;

namespace Cairn.Simulation.Checkers;

/// <summary>Every object behaves as if its operations had happened one at a time: nothing acknowledged is lost, applied twice, or read stale.</summary>
public sealed class LinearizabilityChecker : IChecker
{
    private const long StepsMax = 400_000;

    public IEnumerable<Violation> Check(World world)
    {
        foreach (var (id, operations) in world.Operations.ByObject)
        {
            var search = new LinearizabilitySearch(operations);
            switch (search.Run(StepsMax))
            {
                case false:
                    yield return new Violation("linearizable", Explain(id, operations, search.LongestPrefix));
                    break;
                case null:
                    world.Coverage.Count("checker", "linearizability search given up");
                    break;
            }
        }
    }

    private static string Explain(ObjectId id, List<Operation> operations, int explained)
    {
        var text = new StringBuilder($"object {id}: no order of its {operations.Count} operations explains the answers (at most {explained}):\n");
        foreach (Operation operation in operations.OrderBy(static o => o.AnsweredUs))
        {
            text.Append("    client.").Append(operation.Client).Append(' ').Append(operation.Id.Sequence).Append(' ').AppendLine(OperationText.Of(operation));
        }

        return text.ToString();
    }
}
