using System.Net;
using Cairn.Maps;
using Cairn.Messaging;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.DataPlane.Frames;
using Cairn.Objects.Operations;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cairn.Client.Tests.Fakes;

internal enum Fate
{
    Answer,

    /// <summary>Applies it, then breaks the connection before the answer.</summary>
    ApplyAndBreak,

    /// <summary>Breaks the connection without applying it.</summary>
    Break,

    /// <summary>Takes it and never answers.</summary>
    Swallow,
}

/// <summary>An OSD as far as a client can tell: it serves PGs of which it is the primary by its own map, and rejects the others.</summary>
internal sealed class FakeOsd : IFrameHandler, IAsyncDisposable
{
    private readonly FakeObjects _objects;
    private readonly DataListener _listener;
    private readonly OsdId _id;
    private readonly SemaphoreSlim _arrivals = new(0);

    public FakeOsd(int id, FakeObjects objects, DataPlaneOptions options)
    {
        _id = new OsdId(id);
        _objects = objects;
        _listener = new DataListener(options, new IPEndPoint(IPAddress.Loopback, 0), _ => this, _ => null, NullLogger.Instance);
    }

    public HostPort Address => _listener.Address;

    public OsdMap? Map { get; set; }

    /// <summary>What becomes of a request; called in the order of arrival.</summary>
    public Func<OsdOp, Fate> Decide { get; set; } = static _ => Fate.Answer;

    public int Received => Volatile.Read(ref _received);

    private int _received;

    /// <summary>Completes when so many requests have come since the beginning. For one waiter at a time.</summary>
    public async Task ReceivedAsync(int count)
    {
        while (Received < count)
        {
            await _arrivals.WaitAsync();
        }
    }

    public void OnFrame(DataConnection connection, Frame frame, PooledBuffer payload)
    {
        OsdOp op = ((OsdOpFrame)frame).Op;
        OsdMap map = Map!;
        bool isOurs = map.MapPg(op.Pg).ActingPrimary == _id;
        Fate fate = isOurs ? Decide(op) : Fate.Swallow;

        // Only now: whoever awaits it may then change what is decided.
        Interlocked.Increment(ref _received);
        _arrivals.Release();
        if (!isOurs)
        {
            connection.Send(new OpRejectedFrame(op.Id, op.MapEpoch, map.Epoch));
            payload.Dispose();
            return;
        }

        if (fate is Fate.Answer or Fate.ApplyAndBreak)
        {
            OsdOpReply reply = _objects.Apply(op, map);
            if (fate == Fate.Answer)
            {
                connection.Send(new OsdOpReplyFrame(reply));
            }
        }

        payload.Dispose();
        if (fate is Fate.Break or Fate.ApplyAndBreak)
        {
            connection.Close();
        }
    }

    public void OnClosed(DataConnection connection, Exception? reason)
    {
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();
}
