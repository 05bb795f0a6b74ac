using Cairn.Monitor.State.Applying;
using Cairn.Monitor.State.Wire;

namespace Cairn.Monitor.Raft;

/// <summary>A change that waits to be part of a log entry, and whoever waits for its result.</summary>
internal sealed class Proposal(Change change)
{
    private readonly TaskCompletionSource<ChangeResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Change Change { get; } = change;

    public Task<ChangeResult> Result => _result.Task;

    public void Complete(ChangeResult result) => _result.TrySetResult(result);

    public void Fail(Exception reason) => _result.TrySetException(reason);
}
