using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.Raft;

/// <summary>The changes of one log entry on its way; travels beside the entry to where it is applied.</summary>
internal sealed class ProposalBatch(IReadOnlyList<Proposal> proposals)
{
    public void Complete(IReadOnlyList<ChangeResult> results)
    {
        for (int i = 0; i < results.Count; i++)
        {
            proposals[i].Complete(results[i]);
        }
    }

    public void Fail(Exception reason)
    {
        foreach (Proposal proposal in proposals)
        {
            proposal.Fail(reason);
        }
    }
}
