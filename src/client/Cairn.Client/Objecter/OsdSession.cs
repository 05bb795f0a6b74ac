using Cairn.Maps;
using Cairn.Messaging;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.DataPlane.Frames;

namespace Cairn.Client.Objecter;

/// <summary>The one connection to an OSD, made when first needed and again when it breaks. State is guarded by the objecter's lock.</summary>
internal sealed class OsdSession(OsdObjecter objecter, OsdId osd, HostPort address, Epoch upFrom) : IFrameHandler
{
    private const int BackoffMinMs = 20;
    private const int BackoffMaxMs = 1000;

    public OsdId Osd { get; } = osd;

    public HostPort Address { get; } = address;

    /// <summary>Of the OSD's incarnation: after a restart it is another session.</summary>
    public Epoch UpFrom { get; } = upFrom;

    /// <summary>Null while connecting.</summary>
    public DataConnection? Connection { get; set; }

    /// <summary>The map no longer has this incarnation of the OSD: the session is not to be connected again.</summary>
    public bool IsRetired { get; set; }

    private int _backoffMs = BackoffMinMs;

    /// <summary>How long to wait before the next attempt.</summary>
    public int NextBackoffMs()
    {
        int now = _backoffMs;
        _backoffMs = Math.Min(_backoffMs * 2, BackoffMaxMs);
        return now;
    }

    public void ResetBackoff() => _backoffMs = BackoffMinMs;

    void IFrameHandler.OnFrame(DataConnection connection, Frame frame, PooledBuffer payload)
    {
        switch (frame)
        {
            case OsdOpReplyFrame reply:
                objecter.OnReply(reply.Reply, payload);
                break;
            case OpRejectedFrame rejected:
                objecter.OnRejected(this, rejected);
                payload.Dispose();
                break;
            default:
                // Map notices and the like: the monitors tell us of maps.
                payload.Dispose();
                break;
        }
    }

    void IFrameHandler.OnClosed(DataConnection connection, Exception? reason) => objecter.OnClosed(this, connection, reason);
}
