using Cairn.Messaging;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.DataPlane.Frames;
using Cairn.Messaging.Wire;

namespace Cairn.Osd.Gateway;

/// <summary>Takes the answer to one operation that came as a call.</summary>
internal sealed class CallReply(EntityName peer) : IFrameSink
{
    private readonly TaskCompletionSource<OperateReply?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EntityName Peer => peer;

    /// <summary>Null: the PG dropped the operation, since another OSD leads it now.</summary>
    public Task<OperateReply?> Answer => _answer.Task;

    public bool Send(Frame frame, IDisposable? release = null)
    {
        bool isTaken = _answer.TrySetResult(frame is OsdOpReplyFrame reply ? OperationMessages.Write(reply.Reply) : null);
        release?.Dispose();
        return isTaken;
    }
}
