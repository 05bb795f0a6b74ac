using System.Diagnostics;
using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Benchmarks.Pg;

/// <summary>What the PG core costs a 4 KiB write at size 3: all of primary and two replicas, without network, store and wire.</summary>
internal static class PgWriteSpeed
{
    private const int Objects = 1024;
    private const int Writes = 200_000;

    public static void Print(TextWriter output)
    {
        var pgs = new PgTriple();
        var ids = Enumerable.Range(0, Objects).Select(i => new ObjectId(1, "", $"benchmark_data_object{i:000000}")).ToArray();
        byte[] data = new byte[4096];
        ulong sequence = 0;
        void Write()
        {
            ObjectOp[] steps = [new WriteOp(0, data)];
            pgs.Submit(new OsdOp(new RequestId(7, ++sequence), pgs.Id, ids[sequence % Objects], pgs.Map.Epoch, steps));
        }

        for (int i = 0; i < 20_000; i++)
        {
            Write();
        }

        long replies = pgs.Replies;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
        for (int i = 0; i < Writes; i++)
        {
            Write();
        }

        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        output.WriteLine($"{pgs.Replies - replies} of {Writes} writes acknowledged; {cpu.TotalMicroseconds / Writes:F2} us CPU and {allocated / Writes} bytes allocated a write, primary and 2 replicas together");
    }
}
