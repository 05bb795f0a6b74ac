using System.Diagnostics;
using System.Globalization;

namespace Cairn.Cli.Bench;

/// <summary>Keeps a number of operations in flight for a time, and measures each. One loop an operation in flight.</summary>
internal sealed class BenchRun(BenchOptions options)
{
    private readonly LatencyHistogram _latencies = new();
    private readonly Lock _gate = new();
    private readonly long[] _doneByThread = new long[options.Threads];
    private readonly TaskCompletionSource _measuring = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _next = -1;
    private long _done;
    private long _last = long.MaxValue;
    private long _lastDone;
    private long _longestStallTicks;

    /// <summary>Operations that failed, by number.</summary>
    public HashSet<long> Failed { get; } = [];

    public string? FirstError { get; private set; }

    /// <summary>Operations begun, those of the warm-up included.</summary>
    public long Begun => Math.Min(Interlocked.Read(ref _next) + 1, _last);

    /// <summary>Operations measured.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <param name="operations">How many; long.MaxValue: until the time is over.</param>
    /// <param name="operation">Gets the worker's index and the operation's number.</param>
    /// <param name="meter">Told when the measured part begins and ends; null: costs are not asked for.</param>
    public async Task<BenchReport> RunAsync(string work, long operations, Func<int, long, Task> operation, CostMeter? meter, CancellationToken cancellationToken)
    {
        _last = operations;
        long end = long.MaxValue;
        Task[] workers = [];
        if (options.WarmUp > TimeSpan.Zero)
        {
            workers = Start(() => Volatile.Read(ref end), operation, cancellationToken);
            await Task.Delay(options.WarmUp, cancellationToken);
        }

        await (meter?.BeginAsync(cancellationToken) ?? Task.CompletedTask);
        long started = Stopwatch.GetTimestamp();
        Volatile.Write(ref _lastDone, started);
        Volatile.Write(ref end, options.Duration > TimeSpan.Zero ? started + (long)(options.Duration.TotalSeconds * Stopwatch.Frequency) : long.MaxValue);
        _measuring.SetResult();
        await Task.WhenAll(workers.Length > 0 ? workers : Start(() => Volatile.Read(ref end), operation, cancellationToken));
        TimeSpan took = Stopwatch.GetElapsedTime(started);
        IReadOnlyList<ProcessCost> costs = meter is null ? [] : await meter.EndAsync(Done, cancellationToken);
        return BenchReport.Of(work, options, took, Done, _latencies, costs, _doneByThread) with
        {
            Errors = Failed.Count,
            FirstError = FirstError,
            LongestStallMs = Math.Round(1000.0 * _longestStallTicks / Stopwatch.Frequency, 2),
        };
    }

    private Task[] Start(Func<long> end, Func<int, long, Task> operation, CancellationToken cancellationToken) =>
        [.. Enumerable.Range(0, options.InFlight).Select(worker => Task.Run(() => LoopAsync(worker, end, operation, cancellationToken), cancellationToken))];

    private async Task LoopAsync(int worker, Func<long> end, Func<int, long, Task> operation, CancellationToken cancellationToken)
    {
        LatencyHistogram latencies = new();
        long done = 0;
        while (true)
        {
            long began = Stopwatch.GetTimestamp();
            if (began >= end())
            {
                break;
            }

            cancellationToken.ThrowIfCancellationRequested();
            bool isMeasured = _measuring.Task.IsCompleted;
            long number = Interlocked.Increment(ref _next);
            if (number >= _last)
            {
                break;
            }

            try
            {
                await operation(worker, number);
                if (isMeasured)
                {
                    NoteDone();
                    latencies.Add(Stopwatch.GetElapsedTime(began));
                    done++;
                }
            }
            catch (IOException e)
            {
                NoteFailure(number, e.Message);
            }
        }

        lock (_gate)
        {
            _latencies.Add(latencies);
            _doneByThread[worker % options.Threads] += done;
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
}
