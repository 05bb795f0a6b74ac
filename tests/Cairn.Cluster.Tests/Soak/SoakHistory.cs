using System.Diagnostics;
using System.Text;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Simulation.Checkers;
using Cairn.Simulation.History;

namespace Cairn.Cluster.Tests.Soak;

/// <summary>Every operation of every client, by object, and whether some order of them explains all answers. Thread-safe.</summary>
public sealed class SoakHistory
{
    private const long StepsMax = 2_000_000;

    private readonly Lock _lock = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly SortedDictionary<ObjectId, List<Operation>> _byObject = [];
    private ulong _sequence;

    public int Count => _byObject.Values.Sum(static o => o.Count);

    public int Unanswered => _byObject.Values.Sum(static o => o.Count(static p => !p.IsAnswered));

    /// <summary>Objects with so long a history that the search for an order was given up.</summary>
    public int GivenUp { get; private set; }

    public Operation Invoked(int client, ObjectId target, IReadOnlyList<ObjectOp> steps)
    {
        lock (_lock)
        {
            var operation = new Operation
            {
                Client = client, Id = new RequestId((ulong)client, ++_sequence), Object = target, Steps = steps, InvokedUs = NowUs,
            };
            if (!_byObject.TryGetValue(target, out List<Operation>? operations))
            {
                _byObject[target] = operations = [];
            }

            operations.Add(operation);
            return operation;
        }
    }

    public void Answered(Operation operation, OpStatus status, Eversion version, IReadOnlyList<StepResult> results)
    {
        lock (_lock)
        {
            if (status is OpStatus.NoSpace or OpStatus.QuotaExceeded)
            {
                // Refused, and so it must not show in any way: as if never asked.
                _byObject[operation.Object].Remove(operation);
                return;
            }

            operation.AnsweredUs = NowUs;
            operation.Reply = new OsdOpReply(operation.Id, status, version, results);
        }
    }

    /// <summary>What no order of an object's operations explains; empty if all is well.</summary>
    public IReadOnlyList<string> Check()
    {
        List<string> violations = [];
        foreach ((ObjectId id, List<Operation> operations) in _byObject)
        {
            if (operations.Find(static o => o.Reply is { Status: OpStatus.IoError }) is { } damaged)
            {
                violations.Add($"{id}: no disk was touched, but a copy can't be read: {OperationText.Of(damaged)}");
            }

            var search = new LinearizabilitySearch(operations);
            switch (search.Run(StepsMax))
            {
                case false:
                    violations.Add(Explain(id, operations, search.LongestPrefix));
                    break;
                case null:
                    GivenUp++;
                    break;
            }
        }

        return violations;
    }

    private static string Explain(ObjectId id, List<Operation> operations, int explained)
    {
        var text = new StringBuilder($"object {id}: no order of its {operations.Count} operations explains the answers (at most {explained}):\n");
        foreach (Operation operation in operations.OrderBy(static o => o.AnsweredUs))
        {
            text.Append("    client.").Append(operation.Client).Append(' ').AppendLine(OperationText.Of(operation));
        }

        return text.ToString();
    }

    private long NowUs => (long)Stopwatch.GetElapsedTime(_start).TotalMicroseconds;
}
