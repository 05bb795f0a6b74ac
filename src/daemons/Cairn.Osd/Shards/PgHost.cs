using Cairn.Maps;
using Cairn.Pg;

namespace Cairn.Osd.Shards;

/// <summary>One PG in its shard, with the buffers that its unfinished work points into.</summary>
internal sealed class PgHost(PlacementGroup group)
{
    private readonly Queue<(ulong Token, LentBuffer Buffer)> _untilDurable = new();

    public PlacementGroup Group { get; } = group;

    /// <summary>Of the last Persist handed to the store.</summary>
    public ulong LastToken { get; set; }

    public long WakeAtMs { get; set; } = long.MaxValue;

    /// <summary>The buffer holds data of transactions up to the token.</summary>
    public void KeepUntilDurable(ulong token, LentBuffer buffer) => _untilDurable.Enqueue((token, buffer));

    public void Durable(ulong token, LentBuffers buffers)
    {
        while (_untilDurable.TryPeek(out (ulong Token, LentBuffer Buffer) kept) && kept.Token <= token)
        {
            _untilDurable.Dequeue();
            buffers.Unregister(kept.Buffer);
        }
    }
}
