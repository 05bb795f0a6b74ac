using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Simulation.Time;

namespace Cairn.Simulation.History;

/// <summary>Every operation of every client, by object: what the checkers judge.</summary>
public sealed class OperationHistory(EventQueue events)
{
    private readonly SortedDictionary<ObjectId, List<Operation>> _byObject = [];

    public IEnumerable<KeyValuePair<ObjectId, List<Operation>>> ByObject => _byObject;

    public int Count { get; private set; }

    public int AnsweredCount { get; private set; }

    public Operation Invoked(int client, RequestId id, ObjectId target, IReadOnlyList<ObjectOp> steps)
    {
        var operation = new Operation { Client = client, Id = id, Object = target, Steps = steps, InvokedUs = events.NowUs };
        if (!_byObject.TryGetValue(target, out List<Operation>? operations))
        {
            _byObject[target] = operations = [];
        }

        operations.Add(operation);
        Count++;
        return operation;
    }

    public void Answered(Operation operation, OsdOpReply reply)
    {
        operation.Reply = reply;
        operation.AnsweredUs = events.NowUs;
        AnsweredCount++;
    }
}
