using Cairn.Maps.Stats;

namespace Cairn.Cli.Bench;

/// <summary>What one process spent on a run, an operation.</summary>
/// <param name="Name">"osd.0", "mon.a", "client".</param>
/// <param name="CpuSPer1000Ops">User and system.</param>
/// <param name="CpuUsPerOp">The same in other words.</param>
/// <param name="PeakMemoryMib">Resident, since the process's start.</param>
/// <param name="HeapMib">The managed heap after the run's last collection.</param>
/// <param name="Collections">By the collector, during the run.</param>
/// <param name="FullCollections">Of them, those that looked at the whole heap.</param>
/// <param name="PauseMs">How long the process stood still for them, together.</param>
/// <param name="WakesPerOp">Times that a thread woke a loop: a hop between threads.</param>
/// <param name="CopiesPerByte">Of the payload bytes that the data plane carried, those that passed a buffer of its own.</param>
internal sealed record ProcessCost(
    string Name, double CpuSPer1000Ops, double CpuUsPerOp, double PeakMemoryMib, double HeapMib, long Collections, long FullCollections, double PauseMs, double AllocatedBytesPerOp,
    double SendsPerOp, double ReceivesPerOp, double WakesPerOp, double RoundsPerOp, double CopiesPerByte)
{
    public static ProcessCost Between(string name, ProcessUsage before, ProcessUsage after, long operations)
    {
        double PerOp(ulong was, ulong now) => Math.Round((now - (double)was) / Math.Max(1, operations), 3);
        double payload = after.PayloadBytes - before.PayloadBytes;
        double cpu = PerOp(before.CpuUs, after.CpuUs);
        return new ProcessCost(
            name,
            Math.Round(cpu / 1000, 5),
            cpu,
            Math.Round(after.PeakMemoryBytes / 1048576.0, 1),
            Math.Round(after.HeapBytes / 1048576.0, 1),
            (long)(after.Collections - before.Collections),
            (long)(after.FullCollections - before.FullCollections),
            Math.Round((after.CollectionPauseUs - before.CollectionPauseUs) / 1000.0, 1),
            Math.Round(PerOp(before.AllocatedBytes, after.AllocatedBytes), 1),
            PerOp(before.Sends, after.Sends),
            PerOp(before.Receives, after.Receives),
            PerOp(before.LoopWakes, after.LoopWakes),
            PerOp(before.LoopRounds, after.LoopRounds),
            payload > 0 ? Math.Round((after.CopiedBytes - before.CopiedBytes) / payload, 3) : 0);
    }
}
