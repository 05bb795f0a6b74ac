using Cairn.Messaging.DataPlane.Transport;

namespace Cairn.Messaging.DataPlane.Handshake;

/// <summary>An authenticated peer, and the channel to it; the reader may already hold bytes of its first frames.</summary>
internal sealed record HandshakeResult(EntityName Peer, IByteChannel Channel, FrameReader Reader);
