using System.Threading.Channels;
using Cairn.Monitor.State.Applying;
using Cairn.Monitor.State.Wire;
using DotNext.Net.Cluster.Consensus;
using DotNext.Net.Cluster.Consensus.Raft;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Cairn.Monitor.Raft;

/// <summary>
/// Gathers changes while the entry before is under way, and proposes them as one: so that a rack that fails costs a few epochs, not hundreds.
/// </summary>
internal sealed class Proposer(IRaftCluster cluster, Func<Limits> limits, TimeSpan timeout, TimeProvider time, ILogger logger)
{
    private const int ChangesPerEntryMax = 1024;
    private const int WaitingMax = 16_384;

    private readonly Channel<Proposal> _waiting = Channel.CreateBounded<Proposal>(new BoundedChannelOptions(WaitingMax) { SingleReader = true });

    /// <summary>Has a change committed and applied here.</summary>
    /// <exception cref="NotLeadingException">This monitor is not the leader, or lost the lead meanwhile.</exception>
    /// <exception cref="TimeoutException">No quorum confirmed it in time; it may still be committed later.</exception>
    public async Task<ChangeResult> ProposeAsync(Change change, CancellationToken cancellationToken)
    {
        Proposal proposal = new(change);
        await _waiting.Writer.WriteAsync(proposal, cancellationToken);
        return await proposal.Result.WaitAsync(cancellationToken);
    }

    public async Task RunAsync(CancellationToken stop)
    {
        List<Proposal> batch = [];
        while (await _waiting.Reader.WaitToReadAsync(stop))
        {
            batch.Clear();
            while (batch.Count < ChangesPerEntryMax && _waiting.Reader.TryRead(out Proposal? proposal))
            {
                batch.Add(proposal);
            }

            await ReplicateAsync(batch, stop);
        }
    }

    // Followers learn what is committed with the next message, which without this is the next heartbeat: too long for the maps they serve.
    private async Task TellFollowersAsync(CancellationToken stop)
    {
        try
        {
            await cluster.ForceReplicationAsync(stop);
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException or ConsensusProtocolException)
        {
            // The next heartbeat tells them.
            MonitorLog.FollowersNotTold(logger, e.Message);
        }
    }

    private async Task ReplicateAsync(List<Proposal> batch, CancellationToken stop)
    {
        ProposalBatch proposals = new([.. batch]);
        LogEntry entry = new() { StampUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(), Limits = limits() };
        entry.Changes.AddRange(batch.Select(p => p.Change));
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(timeout);
        try
        {
            await cluster.ReplicateAsync(entry.ToByteArray(), proposals, limit.Token);
            // Applied on return, so its results are in. If they are not, the entry was overtaken by another leader's.
            proposals.Fail(new NotLeadingException("the entry was given up by a new leader"));
            if (!_waiting.Reader.TryPeek(out _))
            {
                _ = TellFollowersAsync(stop);
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            proposals.Fail(new TimeoutException($"no quorum of monitors confirmed the change within {timeout.TotalSeconds:0.#} s; it may still take effect"));
        }
        catch (Exception e) when (e is InvalidOperationException or ConsensusProtocolException)
        {
            MonitorLog.ProposalFailed(logger, batch.Count, e.Message);
            proposals.Fail(new NotLeadingException(e.Message));
        }
        catch (Exception e)
        {
            proposals.Fail(e);
            throw;
        }
    }
}
