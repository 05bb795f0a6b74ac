using Cairn.Maps;

namespace Cairn.Osd.Shards;

/// <summary>The shards of an OSD, and which PG is whose.</summary>
internal sealed class ShardSet
{
    private Shard[] _shards = [];

    public IReadOnlyList<Shard> All => _shards;

    public void Start(int count, Func<int, Shard> create) => _shards = [.. Enumerable.Range(0, count).Select(_ => create(count))];

    public Shard Of(PgId pg) => _shards[(uint)HashCode(pg) % (uint)_shards.Length];

    /// <summary>Every shard has fed this epoch to its PGs, and posted what splits brought.</summary>
    public bool HaveAll(Epoch epoch) => Array.TrueForAll(_shards, s => s.AdvancedTo >= epoch.Value);

    public void PostAll(ShardWork work)
    {
        foreach (Shard shard in _shards)
        {
            shard.Post(work);
        }
    }

    /// <summary>Completes when the shards have done what had been posted to them before.</summary>
    public Task RestAsync() => Task.WhenAll(_shards.Select(static shard =>
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        shard.Post(new QueryWork(_ => reached.SetResult()));
        return reached.Task;
    }));

    // Neighbouring seeds of one pool go to different shards.
    private static int HashCode(PgId pg) => unchecked((int)(pg.Seed + ((uint)pg.Pool * 7)));
}
