using Cairn.Messaging.Configuration;

namespace Cairn.Client.Objecter;

/// <summary>Bounds of what a client has in flight.</summary>
internal sealed record ObjecterOptions
{
    public int InFlightOpsMax { get; init; } = 1024;

    public long InFlightBytesMax { get; init; } = 100 << 20;

    /// <summary>Zero: operations wait for ever.</summary>
    public TimeSpan OpTimeout { get; init; }

    /// <summary>Whether waiters go on in the receive loop itself: cheaper, and they must not block.</summary>
    public bool InlineCompletions { get; init; }

    public static ObjecterOptions From(CairnConfig config, bool inlineCompletions) => new()
    {
        InFlightOpsMax = config.GetInt("objecter_inflight_ops"),
        InFlightBytesMax = config.GetBytes("objecter_inflight_op_bytes"),
        OpTimeout = config.GetDuration("rados_osd_op_timeout"),
        InlineCompletions = inlineCompletions,
    };
}
