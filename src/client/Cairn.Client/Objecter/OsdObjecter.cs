using System.Security.Cryptography;
using Cairn.Maps;
using Cairn.Messaging;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.DataPlane.Frames;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Microsoft.Extensions.Logging;

namespace Cairn.Client.Objecter;

/// <summary>
/// Sends operations to the primaries of their PGs and sees them through: across map changes, lost connections and rejections it
/// sends again, with the same request id, in the order of submission, so that an OSD applies each at most once and those of one
/// object in order.
/// </summary>
/// <remarks>
/// One lock guards everything: what is done under it is short and never waits. An operation is sent again when its PG enters a new
/// interval (its old primary drops what it has), when its connection was lost, and when an OSD says it dropped it.
/// </remarks>
internal sealed class OsdObjecter : IMapSink, IAsyncDisposable
{
    private const int TickMs = 100;

    private readonly ObjecterOptions _options;
    private readonly DataConnector _connector;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly OpLedger _ops;
    private readonly Dictionary<OsdId, OsdSession> _sessions = [];
    private readonly MapWaiters _mapWaiters = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Timer _timer;
    private OsdMap? _map;
    private PgTargets? _targets;
    private bool _isDisposed;

    public OsdObjecter(ObjecterOptions options, DataConnector connector, ILogger logger)
    {
        _options = options;
        _ops = new OpLedger(options);
        _connector = connector;
        _logger = logger;
        ClientId = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
        _timer = new Timer(static state => ((OsdObjecter)state!).Tick(), this, TickMs, TickMs);
    }

    /// <summary>Random, new for every start: names this client in request ids.</summary>
    public ulong ClientId { get; }

    /// <summary>Null until the first one came.</summary>
    public OsdMap? Map => Volatile.Read(ref _map);

    public int InFlight => _ops.Count;

    /// <summary>Submits an operation on an object.</summary>
    /// <param name="describe">What it is done to, for the message of an exception.</param>
    /// <exception cref="CairnException">The OSD refused it: its kind says how.</exception>
    public ValueTask<OpAnswer> SubmitAsync(
        ObjectId target, IReadOnlyList<ObjectOp> steps, Func<PendingOp, string> describe, CancellationToken cancellationToken) =>
        SubmitAsync(new PendingOp(target.Pool, target, null, steps, describe, _options.InlineCompletions), cancellationToken);

    /// <summary>Submits an operation on a PG.</summary>
    public ValueTask<OpAnswer> SubmitAsync(PgId pg, IReadOnlyList<ObjectOp> steps, Func<PendingOp, string> describe, CancellationToken cancellationToken) =>
        SubmitAsync(new PendingOp(pg.Pool, null, pg, steps, describe, _options.InlineCompletions), cancellationToken);

    /// <summary>The map, once it is at least of this epoch.</summary>
    public async Task<OsdMap> WaitForMapAsync(Epoch epoch, CancellationToken cancellationToken)
    {
        Task<OsdMap> waiter;
        lock (_lock)
        {
            if (_map is { } map && map.Epoch >= epoch)
            {
                return map;
            }

            waiter = _mapWaiters.Add(epoch);
        }

        return await waiter.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes a newer map: operations whose PG entered a new interval, or that were dropped, are sent again.</summary>
    public void OnMap(OsdMap map)
    {
        List<PendingOp> failed = [];
        lock (_lock)
        {
            if (_isDisposed || (_map is { } have && map.Epoch <= have.Epoch))
            {
                return;
            }

            // Past epochs we did not see, a PG may have been through intervals that our two maps do not show.
            bool isGap = _map is not null && map.Epoch != _map.Epoch.Next;
            Volatile.Write(ref _map, map);
            _targets = new PgTargets(map);
            RetireSessions(map);
            foreach (PendingOp op in _ops.InOrder.ToList())
            {
                Retarget(map, op, isGap, failed);
            }

            AdmitWaiting();
            _mapWaiters.Complete(map);
        }

        FailAll(failed, NoSuchPool);
    }

    internal void OnReply(OsdOpReply reply, PooledBuffer payload)
    {
        PendingOp? op;
        lock (_lock)
        {
            // An answer to an earlier attempt is as good: the request is the same.
            op = reply.Id.Client == ClientId ? _ops.Find(reply.Id.Sequence) : null;
            if (op is not null)
            {
                _ops.Finish(op);
                AdmitWaiting();
            }
        }

        if (op is null)
        {
            payload.Dispose();
        }
        else
        {
            op.Complete(reply, payload);
        }
    }

    internal void OnRejected(OsdSession session, OpRejectedFrame rejected)
    {
        lock (_lock)
        {
            if (rejected.Id.Client != ClientId
                || _ops.Find(rejected.Id.Sequence) is not { } op
                || op.Session != session
                || op.SentEpoch != rejected.OpEpoch)
            {
                return;
            }

            // With a newer map than the attempt's, try again by it; else wait for the OSD's map, or, if it has none newer, for the tick.
            op.RejectedBy = rejected.Epoch;
            if (_map is { } map && map.Epoch > op.SentEpoch && map.Epoch >= rejected.Epoch)
            {
                Send(map, op);
            }
        }
    }

    internal void OnClosed(OsdSession session, DataConnection connection, Exception? reason)
    {
        lock (_lock)
        {
            if (session.Connection != connection)
            {
                return;
            }

            session.Connection = null;
            if (session.IsRetired || _isDisposed)
            {
                return;
            }

            ClientLog.ConnectionLost(_logger, session.Osd, session.Address, reason?.Message ?? "closed by the OSD");
            if (_ops.InFlight.Any(o => o.Session == session))
            {
                _ = ConnectAsync(session);
            }
            else
            {
                _sessions.Remove(session.Osd);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<PendingOp> pending;
        List<DataConnection> connections;
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            pending = [.. _ops.All];
            pending.ForEach(_ops.Finish);
            connections = [.. _sessions.Values.Select(s => s.Connection).OfType<DataConnection>()];
            _mapWaiters.Fail(new ObjectDisposedException(nameof(CairnClient)));
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        foreach (DataConnection connection in connections)
        {
            connection.Close();
        }

        FailAll(pending, static _ => new ObjectDisposedException(nameof(CairnClient)));
        await Task.WhenAll(connections.Select(c => c.Closed)).ConfigureAwait(false);
    }

    private ValueTask<OpAnswer> SubmitAsync(PendingOp op, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        bool noSuchPool = false;
        // A turn: what the operation sends leaves by this thread, after the lock, or, within a loop's turn, with what else that sends.
        LoopTurn.Begin();
        try
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, typeof(CairnClient));
                if (_options.OpTimeout > TimeSpan.Zero)
                {
                    op.DeadlineMs = Environment.TickCount64 + (long)_options.OpTimeout.TotalMilliseconds;
                }

                noSuchPool = _ops.TryEnter(op) && !TrySend(op);
            }
        }
        finally
        {
            LoopTurn.End();
        }

        if (noSuchPool)
        {
            op.Fail(NoSuchPool(op));
        }
        else if (cancellationToken.CanBeCanceled)
        {
            RegisterCancellation(op, cancellationToken);
        }

        return op.Answer;
    }

    private void RegisterCancellation(PendingOp op, CancellationToken cancellationToken)
    {
        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                (OsdObjecter objecter, PendingOp op) = ((OsdObjecter, PendingOp))state!;
                objecter.Abandon(op, new OperationCanceledException(token));
            },
            (this, op));
        lock (_lock)
        {
            if (!op.IsFinished)
            {
                op.Cancellation = registration;
                return;
            }
        }

        registration.Unregister();
    }

    /// <summary>Gives up waiting for an operation; it may be applied all the same.</summary>
    private void Abandon(PendingOp op, Exception error)
    {
        lock (_lock)
        {
            if (op.IsFinished)
            {
                return;
            }

            _ops.Finish(op);
            AdmitWaiting();
        }

        op.Fail(error);
    }

    /// <summary>Sends an operation for the first time, or leaves it to the first map.</summary>
    /// <returns>False: its pool does not exist, and it is off the books.</returns>
    private bool TrySend(PendingOp op)
    {
        if (_map is not { } map)
        {
            return true;
        }

        op.Target = _targets!.Find(op);
        if (op.Target is null)
        {
            _ops.Finish(op);
            return false;
        }

        Send(map, op);
        return true;
    }

    private void AdmitWaiting()
    {
        while (_ops.TryAdmitNext() is { } next)
        {
            if (!TrySend(next))
            {
                // Not under the lock: its waiter may submit again.
                ThreadPool.UnsafeQueueUserWorkItem(static op => op.Fail(NoSuchPool(op)), next, preferLocal: false);
            }
        }
    }

    private static PoolNotFoundException NoSuchPool(PendingOp op) => new($"pool {op.Pool} does not exist");

    private void Retarget(OsdMap map, PendingOp op, bool isGap, List<PendingOp> failed)
    {
        PgTarget? target = _targets!.Find(op);
        if (target is null)
        {
            _ops.Finish(op);
            failed.Add(op);
            return;
        }

        bool resend = isGap
            || op.Session is null
            || op.Session.IsRetired
            || op.Target is null
            || !target.IsSameIntervalAs(op.Target)
            || (op.RejectedBy != Epoch.None && map.Epoch >= op.RejectedBy && map.Epoch > op.SentEpoch);
        op.Target = target;
        if (resend)
        {
            Send(map, op);
        }
    }

    /// <summary>Sends by the map, or leaves the operation to the next map if nobody can serve it by this one.</summary>
    private void Send(OsdMap map, PendingOp op)
    {
        OsdId primary = op.Target!.Mapping.ActingPrimary;
        op.RejectedBy = Epoch.None;
        if ((map.Flags & OsdMapFlags.Pause) != 0 || map.Osd(primary) is not { Up: true } state)
        {
            op.Session = null;
            return;
        }

        op.Session = SessionOf(primary, state);
        op.SentEpoch = map.Epoch;
        if (op.Session.Connection is { } connection)
        {
            connection.Send(MakeFrame(op));
        }
    }

    private OsdOpFrame MakeFrame(PendingOp op) =>
        new(new OsdOp(new RequestId(ClientId, op.Sequence), op.Target!.Pg, op.Object, op.SentEpoch, op.Steps));

    private OsdSession SessionOf(OsdId osd, OsdState state)
    {
        if (!_sessions.TryGetValue(osd, out OsdSession? session))
        {
            session = new OsdSession(this, osd, HostPort.Parse(state.DataAddress), state.UpFrom);
            _sessions.Add(osd, session);
            _ = ConnectAsync(session);
        }

        return session;
    }

    private void RetireSessions(OsdMap map)
    {
        foreach (OsdSession session in _sessions.Values.ToList())
        {
            if (map.Osd(session.Osd) is not { Up: true } state || state.UpFrom != session.UpFrom)
            {
                session.IsRetired = true;
                _sessions.Remove(session.Osd);
                session.Connection?.Close();
            }
        }
    }

    /// <summary>Connects, again and again until the map retires the session, then sends what waits for it.</summary>
    private async Task ConnectAsync(OsdSession session)
    {
        // Callers hold the lock.
        await Task.Yield();
        while (!_stopping.IsCancellationRequested && !session.IsRetired)
        {
            try
            {
                DataConnection connection = await _connector.ConnectAsync(
                    session.Address, EntityName.Osd(session.Osd.Value), session, _stopping.Token).ConfigureAwait(false);
                lock (_lock)
                {
                    Opened(session, connection);
                }

                return;
            }
            catch (Exception e) when (e is IOException or TimeoutException)
            {
                ClientLog.ConnectFailed(_logger, session.Osd, session.Address, e.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(session.NextBackoffMs()).ConfigureAwait(false);
        }
    }

    private void Opened(OsdSession session, DataConnection connection)
    {
        if (session.IsRetired || _isDisposed)
        {
            connection.Close();
            return;
        }

        session.Connection = connection;
        session.ResetBackoff();
        foreach (PendingOp op in _ops.InOrder.Where(o => o.Session == session))
        {
            op.SentEpoch = _map!.Epoch;
            op.RejectedBy = Epoch.None;
            connection.Send(MakeFrame(op));
        }

        if (connection.IsClosed)
        {
            // It broke before we knew it: its OnClosed found another connection in the session.
            session.Connection = null;
            _ = ConnectAsync(session);
        }
    }

    private void Tick()
    {
        List<PendingOp> late = [];
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            long now = Environment.TickCount64;
            foreach (PendingOp op in _ops.All)
            {
                if (op.DeadlineMs <= now)
                {
                    late.Add(op);
                }
                else if (op.RejectedBy != Epoch.None && _map is { } map && map.Epoch >= op.RejectedBy)
                {
                    // Dropped by an OSD whose map is no newer than ours: it may have caught up with itself by now.
                    Send(map, op);
                }
            }
        }

        foreach (PendingOp op in late)
        {
            Abandon(op, new OperationTimeoutException(
                $"{op.Object?.ToString() ?? op.FixedPg.ToString()}: no answer from {op.Session?.Osd.ToString() ?? "any OSD (the PG has no primary)"} within {_options.OpTimeout.TotalSeconds} s"));
        }
    }

    private static void FailAll(List<PendingOp> ops, Func<PendingOp, Exception> error)
    {
        foreach (PendingOp op in ops)
        {
            op.Fail(error(op));
        }
    }
}
