using Cairn.Messaging.DataPlane.Frames;

namespace Cairn.Messaging.DataPlane;

/// <summary>What a connection's owner does with what arrives. Called from the receive loop, one call at a time: must not block.</summary>
public interface IFrameHandler
{
    /// <param name="payload">
    /// Given: the handler (or whom it passes the buffer to) disposes it once nothing in <paramref name="frame"/> that points into it is used.
    /// </param>
    void OnFrame(DataConnection connection, Frame frame, PooledBuffer payload);

    /// <summary>The connection is closed; no frame follows. Called once.</summary>
    /// <param name="reason">Null when the peer closed in order, or we did.</param>
    void OnClosed(DataConnection connection, Exception? reason);
}
