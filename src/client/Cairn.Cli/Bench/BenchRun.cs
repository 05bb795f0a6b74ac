using System.Diagnostics;
using System.Globalization;

namespace Cairn.Cli.Bench;

/// <summary>Keeps a number of operations in flight for a time, and measures each. One loop an operation in flight.</summary>
internal sealed class BenchRun(BenchOptions options)
{
    private readonly LatencyHistogram _latencies = new();
    private readonly Lock _gate = new();
    private long _next = -1;
    private long _done;
    private long _lastDone;
    private long _longestStallTicks;

    /// <summary>Operations that failed, by number.</summary>
    public HashSet<long> Failed { get; } = [];

    public string? FirstError { get; private set; }

    /// <summary>Operations begun.</summary>
    public long Begun => Math.Min(_next + 1, LastNumber);

    public long Done => Interlocked.Read(ref _done);

    private long LastNumber { get; set; } = long.MaxValue;

    /// <param name="operation">Gets the worker's index and the operation's number.</param>
    public async Task<BenchReport> RunAsync(string work, Func<int, long, Task> operation, CancellationToken cancellationToken)
    {
        TimeSpan cpuBefore = Process.GetCurrentProcess().TotalProcessorTime;
        long started = Stopwatch.GetTimestamp();
        long end = options.Duration > TimeSpan.Zero ? started + (long)(options.Duration.TotalSeconds * Stopwatch.Frequency) : long.MaxValue;
        if (options.Duration == TimeSpan.Zero)
        {
            LastNumber = options.ObjectsMax;
        }

        _lastDone = started;
        await Task.WhenAll(Enumerable.Range(0, options.InFlight).Select(worker => Task.Run(() => LoopAsync(worker, end, operation, cancellationToken), cancellationToken)));
        TimeSpan took = Stopwatch.GetElapsedTime(started);
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime - cpuBefore;
        return Report(work, took, cpu);
    }

    private async Task LoopAsync(int worker, long end, Func<int, long, Task> operation, CancellationToken cancellationToken)
    {
        LatencyHistogram latencies = new();
        while (Stopwatch.GetTimestamp() < end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long number = Interlocked.Increment(ref _next);
            if (number >= LastNumber)
            {
                break;
            }

            long began = Stopwatch.GetTimestamp();
            try
            {
                await operation(worker, number);
                NoteDone();
                latencies.Add(Stopwatch.GetElapsedTime(began));
            }
            catch (IOException e)
            {
                NoteFailure(number, e.Message);
            }
        }

        lock (_gate)
        {
            _latencies.Add(latencies);
        }
    }

    private void NoteDone()
    {
        long now = Stopwatch.GetTimestamp();
        long before = Interlocked.Exchange(ref _lastDone, now);
        Interlocked.Increment(ref _done);
        // Races lose a microsecond, never a stall.
        if (now - before > Interlocked.Read(ref _longestStallTicks))
        {
            Interlocked.Exchange(ref _longestStallTicks, now - before);
        }
    }

    private void NoteFailure(long number, string message)
    {
        lock (_gate)
        {
            Failed.Add(number);
            FirstError ??= string.Create(CultureInfo.InvariantCulture, $"{message}");
        }
    }

    private BenchReport Report(string work, TimeSpan took, TimeSpan cpu)
    {
        static double Ms(double microseconds) => Math.Round(microseconds / 1000, 4);
        double rate = Done / took.TotalSeconds;
        return new BenchReport(
            work,
            options.Size,
            options.InFlight,
            Math.Round(took.TotalSeconds, 3),
            Done,
            Failed.Count,
            Math.Round(rate, 1),
            Math.Round(rate * options.Size / (1 << 20), 2),
            Ms(_latencies.MeanMicroseconds),
            Ms(_latencies.Percentile(0.50)),
            Ms(_latencies.Percentile(0.90)),
            Ms(_latencies.Percentile(0.99)),
            Ms(_latencies.Percentile(0.999)),
            Ms(_latencies.MaxMicroseconds),
            Math.Round(1000.0 * _longestStallTicks / Stopwatch.Frequency, 2),
            Math.Round(cpu.TotalMicroseconds / Math.Max(1, Done), 2),
            Verified: null,
            Mismatches: null,
            FirstError);
    }
}
