using Cairn.Maps;

namespace Cairn.Store.Commit;

/// <summary>A sink for one transaction that somebody awaits.</summary>
internal sealed class TaskSink : ICommitSink
{
    private readonly TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => _source.Task;

    public void Committed(PgId pg, ulong token) => _source.TrySetResult();
}
