using Cairn.Maps;

namespace Cairn.Osd.Shards;

/// <summary>The shards of an OSD, and which PG is whose.</summary>
internal sealed class ShardSet
{
    private Shard[] _shards = [];

    public IReadOnlyList<Shard> All => _shards;

    public void Start(int count, Func<Shard> create) => _shards = [.. Enumerable.Range(0, count).Select(_ => create())];

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

    // Neighbouring seeds of one pool go to different shards.
    private static int HashCode(PgId pg) => unchecked((int)(pg.Seed + ((uint)pg.Pool * 7)));
}
