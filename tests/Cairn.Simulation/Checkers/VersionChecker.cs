using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Simulation.Cluster;
using Cairn.Simulation.History;

namespace Cairn.Simulation.Checkers;

/// <summary>No two acknowledged changes of an object have one version, and a change called after another's answer has a higher one.</summary>
public sealed class VersionChecker : IChecker
{
    public IEnumerable<Violation> Check(World world)
    {
        foreach (var (id, operations) in world.Operations.ByObject)
        {
            // A truncate may change nothing, and is then answered with the version found.
            var changes = operations.Where(static o => o.Reply is { Status: OpStatus.Ok } && o.Steps.Any(static s => s is WriteStep and not TruncateOp and not RemoveOp))
                .OrderBy(static o => o.Reply!.Version).ToList();
            long latestCallUs = long.MinValue;
            for (int i = 0; i < changes.Count; i++)
            {
                Operation change = changes[i];
                if (i > 0 && changes[i - 1].Reply!.Version == change.Reply!.Version)
                {
                    yield return new Violation("versions rise", $"object {id}: two changes with one version:\n    {OperationText.Of(changes[i - 1])}\n    {OperationText.Of(change)}");
                }

                if (change.AnsweredUs < latestCallUs)
                {
                    yield return new Violation("versions rise", $"object {id}: answered before one of lower version was called:\n    {OperationText.Of(change)}");
                }

                latestCallUs = Math.Max(latestCallUs, change.InvokedUs);
            }
        }
    }
}
