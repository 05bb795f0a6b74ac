using Cairn.Messaging.DataPlane.Frames;

namespace Cairn.Messaging.DataPlane;

/// <summary>Where the answer to a request goes: a connection, or a call of the object service.</summary>
public interface IFrameSink
{
    /// <summary>Who asked, proven by its certificate.</summary>
    EntityName Peer { get; }

    /// <summary>Sends a frame. Does not block.</summary>
    /// <param name="frame">Its data is lent until <paramref name="release"/> is disposed.</param>
    /// <param name="release">Disposed once, when the frame was sent or dropped, from any thread.</param>
    /// <returns>False if nobody is there any more: the frame was dropped.</returns>
    bool Send(Frame frame, IDisposable? release = null);
}
