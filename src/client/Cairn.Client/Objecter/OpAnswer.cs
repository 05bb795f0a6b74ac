using Cairn.Messaging.DataPlane;
using Cairn.Objects.Operations;

namespace Cairn.Client.Objecter;

/// <summary>A reply, and the buffer that its data lies in. Given: whoever awaits it disposes the payload.</summary>
internal readonly record struct OpAnswer(OsdOpReply Reply, PooledBuffer Payload) : IDisposable
{
    public void Dispose() => Payload.Dispose();
}
