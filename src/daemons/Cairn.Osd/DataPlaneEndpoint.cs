using System.Globalization;
using Cairn.Maps;
using Cairn.Messaging;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.DataPlane.Frames;
using Cairn.Messaging.DataPlane.Loops;
using Cairn.Osd.Maps;
using Cairn.Osd.Shards;
using Cairn.Pg.Messages;
using Microsoft.Extensions.Logging;

namespace Cairn.Osd;

/// <summary>Takes what clients and OSDs send, and gives it to the shard of its PG.</summary>
internal sealed class DataPlaneEndpoint(OsdId whoami, ShardSet shards, MapHistory maps, OsdClock clock, Action<Epoch> wantMap, ILogger logger) : IFrameHandler
{
    public void OnFrame(DataConnection connection, Frame frame, PooledBuffer payload)
    {
        switch (frame)
        {
            case OsdOpFrame { Op: var op }:
                Settle(connection);
                shards.Of(op.Pg).Post(new ClientWork(new ClientRequest(op, connection, payload, clock.MonotonicMs)));
                return;
            case PgMessageFrame message when IsFrom(connection, message.From):
                Settle(connection);
                Deliver(connection, message, payload);
                return;
            case PingFrame ping:
                connection.Send(new PingReplyFrame(whoami, maps.Newest.Epoch, ping.Stamp, (ulong)clock.MonotonicMs * 1_000_000));
                WantIfNewer(ping.Epoch);
                break;
            case MapNoticeFrame notice:
                WantIfNewer(notice.Epoch);
                break;
            default:
                connection.Close(new FrameFormatException($"{connection.Peer} sent a {frame.GetType().Name}, which an OSD does not take from it"));
                break;
        }

        payload.Dispose();
    }

    public void OnClosed(DataConnection connection, Exception? reason)
    {
        // Requests of a client that is gone are carried out all the same; nobody gets the answers.
    }

    // Those that only bring heartbeats stay where they are: a shard that waits for its disk must not silence the OSD.
    private void Settle(DataConnection connection)
    {
        if (connection.Tag is null)
        {
            EventLoop loop = shards.NextLoop();
            connection.Tag = loop;
            connection.MoveTo(loop);
        }
    }

    private static bool IsFrom(DataConnection connection, OsdId from) =>
        connection.Peer.IsOsd && connection.Peer.Id == from.Value.ToString(CultureInfo.InvariantCulture);

    private void Deliver(DataConnection connection, PgMessageFrame frame, PooledBuffer payload)
    {
        try
        {
            ReadOnlyMemory<byte> data = frame.Data.Count > 0 ? frame.Data[0] : default;
            PgMessage message = PgMessageCodec.Decode(frame.Body.Span, data);
            // Without bulk data nothing of the message points into the payload once it is decoded.
            IDisposable owner = payload;
            if (data.IsEmpty)
            {
                payload.Dispose();
                owner = PooledBuffer.Empty;
            }

            shards.Of(frame.Pg).Post(new MessageWork(frame.From, message, data, owner));
        }
        catch (FormatException e)
        {
            payload.Dispose();
            logger.MalformedMessage(connection.Peer.ToString(), e.Message);
            connection.Close(e);
        }
    }

    private void WantIfNewer(Epoch epoch)
    {
        if (epoch > maps.Newest.Epoch)
        {
            wantMap(epoch);
        }
    }
}
