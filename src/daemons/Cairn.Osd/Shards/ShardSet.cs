using System.Globalization;
using Cairn.Maps;
using Cairn.Messaging.DataPlane.Loops;

namespace Cairn.Osd.Shards;

/// <summary>The shards of an OSD, and which PG is whose.</summary>
internal sealed class ShardSet
{
    private Shard[] _shards = [];
    private EventLoop[] _loops = [];
    private uint _connections;

    public IReadOnlyList<Shard> All => _shards;

    /// <summary>Makes the shards, each with a loop of its own as its home.</summary>
    public void Start(int count, Func<EventLoop, int, Shard> create)
    {
        _loops = [.. Enumerable.Range(0, count).Select(static i => new EventLoop(string.Create(CultureInfo.InvariantCulture, $"shard-{i}")))];
        _shards = [.. _loops.Select(loop => create(loop, count))];
    }

    /// <summary>The loop for one more connection: it carries operations of all shards.</summary>
    public EventLoop NextLoop() => _loops[Interlocked.Increment(ref _connections) % (uint)_loops.Length];

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
