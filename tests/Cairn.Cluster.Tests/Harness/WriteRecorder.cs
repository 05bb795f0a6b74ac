using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using Cairn.Client;

namespace Cairn.Cluster.Tests.Harness;

/// <summary>
/// Writers that overwrite objects with ever higher numbers and record which were acknowledged: afterwards each object must hold a number
/// that is at least the last acknowledged one, and was attempted.
/// </summary>
public sealed class WriteRecorder(PoolContext pool, int writers = 8, int objectsPerWriter = 20, int objectBytes = 4096) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, (long Acknowledged, long Attempted)> _objects = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<Task> _writers = [];
    private long _acknowledged;
    private long _lastAckMs;
    private long _longestGapMs;

    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>The longest time in which nothing was acknowledged, ms.</summary>
    public long LongestGapMs => Math.Max(Interlocked.Read(ref _longestGapMs), _clock.ElapsedMilliseconds - Interlocked.Read(ref _lastAckMs));

    public void Start()
    {
        for (int i = 0; i < writers; i++)
        {
            int writer = i;
            _writers.Add(Task.Run(() => WriteAsync(writer)));
        }
    }

    /// <summary>Returns when so many more writes have been acknowledged; fails the test if they are not within the time.</summary>
    public async Task WaitForMoreAsync(int count, int seconds)
    {
        long target = Acknowledged + count;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        try
        {
            while (Acknowledged < target)
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"only {Acknowledged - (target - count)} of {count} writes were acknowledged within {seconds} s");
        }
    }

    /// <summary>Stops the writers; what is under way is neither acknowledged nor given up.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_writers);
        _writers.Clear();
    }

    /// <summary>Reads every object back.</summary>
    public async Task VerifyAsync(PoolContext from)
    {
        Assert.NotEmpty(_objects);
        foreach ((string name, (long acknowledged, long attempted)) in _objects)
        {
            byte[] data;
            try
            {
                data = await from.ReadAsync(name);
            }
            catch (ObjectNotFoundException) when (acknowledged == 0)
            {
                continue;
            }

            Assert.True(data.Length == objectBytes, $"{name} has {data.Length} bytes");
            long found = BinaryPrimitives.ReadInt64LittleEndian(data);
            Assert.True(found >= acknowledged, $"{name} holds {found}, but {acknowledged} was acknowledged");
            Assert.True(found <= attempted, $"{name} holds {found}, but only {attempted} was attempted");
            Assert.True(data.AsSpan().SequenceEqual(Content(name, found)), $"{name} has other bytes than were written");
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task WriteAsync(int writer)
    {
        for (long number = 1; !_stopping.IsCancellationRequested; number++)
        {
            string name = $"writer{writer}-{number % objectsPerWriter}";
            (long acknowledged, _) = _objects.GetValueOrDefault(name);
            _objects[name] = (acknowledged, number);
            try
            {
                await pool.WriteFullAsync(name, Content(name, number), _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            _objects[name] = (number, number);
            Interlocked.Increment(ref _acknowledged);
            long now = _clock.ElapsedMilliseconds;
            long gap = now - Interlocked.Exchange(ref _lastAckMs, now);
            if (gap > Interlocked.Read(ref _longestGapMs))
            {
                Interlocked.Exchange(ref _longestGapMs, gap);
            }
        }
    }

    private byte[] Content(string name, long number)
    {
        byte[] data = new byte[objectBytes];
        new Random((name[^1] * 1_000_003) + (int)number).NextBytes(data);
        BinaryPrimitives.WriteInt64LittleEndian(data, number);
        return data;
    }
}
