using System.Runtime.CompilerServices;
using Cairn.Client.Objecter;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Client;

/// <summary>Lists a pool's objects: PG by PG, since no table of them exists anywhere.</summary>
public sealed partial class PoolContext
{
    private const int ListPageObjects = 1000;

    /// <summary>Objects of this namespace, in no order that means anything. Not a snapshot; while PGs split, an object may come twice.</summary>
    public IAsyncEnumerable<ObjectId> ListObjectsAsync(CancellationToken cancellationToken = default) => ListAsync(Namespace, cancellationToken);

    /// <summary>Objects of all namespaces.</summary>
    public IAsyncEnumerable<ObjectId> ListAllObjectsAsync(CancellationToken cancellationToken = default) => ListAsync(null, cancellationToken);

    private async IAsyncEnumerable<ObjectId> ListAsync(string? nspace, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The number is read anew each time: the children of a split come behind their parents.
        for (uint seed = 0; seed < PgCount(); seed++)
        {
            ObjectId? after = null;
            bool more;
            do
            {
                StepResult page = await ListPageAsync(new PgId(PoolId, seed), new ListObjectsOp(after, ListPageObjects, nspace), cancellationToken).ConfigureAwait(false);
                foreach (ObjectId found in page.Objects)
                {
                    yield return found;
                    after = found;
                }

                more = page.More && page.Objects.Count > 0;
            }
            while (more);
        }
    }

    private async Task<StepResult> ListPageAsync(PgId pg, ListObjectsOp list, CancellationToken cancellationToken)
    {
        using OpAnswer answer = await _objecter.SubmitAsync(
            pg, [list], op => $"PG {op.FixedPg} of pool '{PoolName}'", cancellationToken).ConfigureAwait(false);
        return answer.Reply.Results[0];
    }

    private uint PgCount() =>
        _objecter.Map!.Pools.GetValueOrDefault(PoolId)?.PgNum ?? throw new PoolNotFoundException($"pool '{PoolName}' does not exist any more");
}
