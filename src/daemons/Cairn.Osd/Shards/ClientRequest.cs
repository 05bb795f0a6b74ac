using Cairn.Messaging.DataPlane;
using Cairn.Objects.Operations;

namespace Cairn.Osd.Shards;

/// <summary>A client's operation from its arrival to its answer.</summary>
internal sealed class ClientRequest(OsdOp op, IFrameSink connection, PooledBuffer payload, long arrivedMs)
{
    public OsdOp Op { get; } = op;

    public IFrameSink Connection { get; } = connection;

    /// <summary>Given by whoever took the request; the shard disposes it when the answer is on its way.</summary>
    public PooledBuffer Payload { get; } = payload;

    public long ArrivedMs { get; } = arrivedMs;

    public LentBuffer? Buffer { get; set; }
}
