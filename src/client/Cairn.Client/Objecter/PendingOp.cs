using System.Threading.Tasks.Sources;
using Cairn.Maps;
using Cairn.Messaging.DataPlane;
using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Client.Objecter;

/// <summary>An operation from its submission to its answer. Fields other than the first are guarded by the objecter's lock.</summary>
internal sealed class PendingOp : IValueTaskSource<OpAnswer>
{
    /// <summary>What a read to the end is taken to bring: the usual size of objects.</summary>
    private const long ReadToEndGuess = 4 << 20;

    private readonly Func<PendingOp, string> _describe;
    private ManualResetValueTaskSourceCore<OpAnswer> _source;

    /// <param name="describe">What it is done to, for the message of an exception.</param>
    public PendingOp(long pool, ObjectId? target, PgId? pg, IReadOnlyList<ObjectOp> steps, Func<PendingOp, string> describe, bool inlineCompletion)
    {
        _describe = describe;
        Pool = pool;
        Object = target;
        FixedPg = pg;
        Steps = steps;
        _source.RunContinuationsAsynchronously = !inlineCompletion;
        long bytes = 0;
        for (int i = 0; i < steps.Count; i++)
        {
            bytes += PayloadBytes(steps[i]);
            IsWrite |= steps[i].IsWrite;
        }

        Bytes = bytes;
    }

    public long Pool { get; }

    /// <summary>Null for an operation on <see cref="FixedPg"/>.</summary>
    public ObjectId? Object { get; }

    public PgId? FixedPg { get; }

    public IReadOnlyList<ObjectOp> Steps { get; }

    public bool IsWrite { get; }

    /// <summary>What it takes of the budget of bytes in flight: what it sends, and what it asks to read.</summary>
    public long Bytes { get; }

    public ulong Sequence { get; set; }

    public PgTarget? Target { get; set; }

    /// <summary>Where it was sent or will be when that session is connected; null: waits for a map.</summary>
    public OsdSession? Session { get; set; }

    /// <summary>The map epoch of the last attempt.</summary>
    public Epoch SentEpoch { get; set; }

    /// <summary>The last attempt was dropped by an OSD with this map: to be sent again once we have it. None: not dropped.</summary>
    public Epoch RejectedBy { get; set; }

    /// <summary>Environment.TickCount64 at which it times out; long.MaxValue: never.</summary>
    public long DeadlineMs { get; set; } = long.MaxValue;

    /// <summary>Answered, timed out, cancelled or refused: whoever set it completes the operation.</summary>
    public bool IsFinished { get; set; }

    public CancellationTokenRegistration Cancellation { get; set; }

    public ValueTask<OpAnswer> Answer => new(this, _source.Version);

    /// <summary>Gives the answer to whoever waits; one that tells of a failure becomes its exception here, so that no method between has to await it.</summary>
    public void Complete(OsdOpReply reply, PooledBuffer payload)
    {
        if (reply.Status == OpStatus.Ok)
        {
            _source.SetResult(new OpAnswer(reply, payload));
            return;
        }

        payload.Dispose();
        Fail(StatusErrors.Create(reply.Status, _describe(this), reply.Message));
    }

    public void Fail(Exception error) => _source.SetException(error);

    OpAnswer IValueTaskSource<OpAnswer>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<OpAnswer>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<OpAnswer>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private static long PayloadBytes(ObjectOp step) => step switch
    {
        WriteOp s => s.Data.Length,
        WriteFullOp s => s.Data.Length,
        AppendOp s => s.Data.Length,
        ReadOp { Length: 0 } => ReadToEndGuess,
        ReadOp s => (long)Math.Min(s.Length, ObjectLimits.ObjectBytesMax),
        SetXattrOp s => s.Value.Length,
        OmapSetOp s => s.Values.Sum(static v => v.Value.Length),
        CompareExtentOp s => s.Data.Length,
        _ => 0,
    };
}
