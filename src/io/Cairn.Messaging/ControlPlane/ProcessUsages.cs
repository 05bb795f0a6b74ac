using System.Diagnostics;
using Cairn.Maps.Stats;
using Cairn.Messaging.DataPlane;

namespace Cairn.Messaging.ControlPlane;

/// <summary>What this process has used so far.</summary>
public static class ProcessUsages
{
    public static ProcessUsage Now()
    {
        using Process self = Process.GetCurrentProcess();
        DataPlaneCounts counts = DataPlaneCounters.Read();
        GCMemoryInfo heap = GC.GetGCMemoryInfo(GCKind.Any);
        return new ProcessUsage
        {
            CpuUs = (ulong)self.TotalProcessorTime.TotalMicroseconds,
            PeakMemoryBytes = (ulong)self.PeakWorkingSet64,
            MemoryBytes = (ulong)self.WorkingSet64,
            AllocatedBytes = (ulong)GC.GetTotalAllocatedBytes(precise: false),
            LoopRounds = (ulong)counts.Rounds,
            LoopWakes = (ulong)counts.Wakes,
            Receives = (ulong)counts.Receives,
            Sends = (ulong)counts.Sends,
            FramesReceived = (ulong)counts.FramesReceived,
            FramesSent = (ulong)counts.FramesSent,
            PayloadBytes = (ulong)counts.PayloadBytes,
            CopiedBytes = (ulong)counts.CopiedBytes,
            HeapBytes = (ulong)heap.HeapSizeBytes,
            HeapCommittedBytes = (ulong)heap.TotalCommittedBytes,
            Collections = (ulong)GC.CollectionCount(0),
            FullCollections = (ulong)GC.CollectionCount(GC.MaxGeneration),
            CollectionPauseUs = (ulong)GC.GetTotalPauseDuration().TotalMicroseconds,
        };
    }
}
