namespace Cairn.Messaging.DataPlane;

/// <summary>What the process's data plane has done since its start. Counted a batch or system call at a time, so that counting costs nothing to speak of.</summary>
public static class DataPlaneCounters
{
    private static long s_rounds;
    private static long s_wakes;
    private static long s_receives;
    private static long s_sends;
    private static long s_framesReceived;
    private static long s_framesSent;
    private static long s_payloadBytes;
    private static long s_copiedBytes;

    public static DataPlaneCounts Read() => new(
        Interlocked.Read(ref s_rounds),
        Interlocked.Read(ref s_wakes),
        Interlocked.Read(ref s_receives),
        Interlocked.Read(ref s_sends),
        Interlocked.Read(ref s_framesReceived),
        Interlocked.Read(ref s_framesSent),
        Interlocked.Read(ref s_payloadBytes),
        Interlocked.Read(ref s_copiedBytes));

    internal static void CountRound() => Interlocked.Increment(ref s_rounds);

    internal static void CountWake() => Interlocked.Increment(ref s_wakes);

    internal static void CountReceive() => Interlocked.Increment(ref s_receives);

    internal static void CountSend() => Interlocked.Increment(ref s_sends);

    internal static void CountReceived(int payload, int copied)
    {
        Interlocked.Increment(ref s_framesReceived);
        Interlocked.Add(ref s_payloadBytes, payload);
        Interlocked.Add(ref s_copiedBytes, copied);
    }

    internal static void CountSent(int frames, long payload, long copied)
    {
        Interlocked.Add(ref s_framesSent, frames);
        Interlocked.Add(ref s_payloadBytes, payload);
        Interlocked.Add(ref s_copiedBytes, copied);
    }
}

/// <param name="Rounds">Times that an event loop waited.</param>
/// <param name="Wakes">Times that another thread had to wake one.</param>
/// <param name="Receives">System calls, as <paramref name="Sends"/>.</param>
/// <param name="PayloadBytes">Sent and received.</param>
/// <param name="CopiedBytes">Of them, those that passed a buffer of the data plane's own.</param>
public readonly record struct DataPlaneCounts(
    long Rounds, long Wakes, long Receives, long Sends, long FramesReceived, long FramesSent, long PayloadBytes, long CopiedBytes);
