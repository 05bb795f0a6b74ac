using System.Globalization;
using Cairn.Client;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Simulation.Chance;
using Cairn.Simulation.History;

namespace Cairn.Cluster.Tests.Soak;

/// <summary>A client with a connection of its own and a few operations at a time, each on an object that it shares with the others.</summary>
public sealed class SoakClient : IAsyncDisposable
{
    public const int Objects = 24;

    private const int LargeBytes = 300_000;
    private const int ThinkMaxMs = 60;

    private readonly int _number;
    private readonly CairnClient _connection;
    private readonly PoolContext _pool;
    private readonly SoakHistory _history;
    private readonly string _prefix;
    private readonly SeededRandom _random;
    private readonly OperationMix _mix;
    private readonly byte[]?[] _lastRead = new byte[]?[Objects];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loops;
    private volatile bool _closing;

    private SoakClient(int number, CairnClient connection, PoolContext pool, SoakHistory history, string prefix, SeededRandom random, int outstanding)
    {
        _number = number;
        _connection = connection;
        _pool = pool;
        _history = history;
        _prefix = prefix;
        _random = random;
        _mix = new OperationMix(random, $"{(char)('a' + (number % 26))}{number}.", LargeBytes);
        _loops = Task.WhenAll(Enumerable.Range(0, outstanding).Select(_ => Task.Run(LoopAsync)));
    }

    /// <param name="outstanding">Operations at a time, of its own choice; 0 for one that only does as it is told.</param>
    public static async Task<SoakClient> StartAsync(
        int number, CairnClientOptions options, string pool, SoakHistory history, string prefix, SeededRandom random, int outstanding)
    {
        CairnClient connection = await CairnClient.ConnectAsync(options);
        return new SoakClient(number, connection, await connection.OpenPoolAsync(pool), history, prefix, random, outstanding);
    }

    /// <summary>Lets the operations under way end.</summary>
    /// <exception cref="TimeoutException">Some are not answered within the time.</exception>
    public async Task FinishAsync(TimeSpan patience)
    {
        await _stopping.CancelAsync();
        await _loops.WaitAsync(patience);
    }

    /// <summary>Reads every object: what was acknowledged must show.</summary>
    public async Task ReadAllAsync()
    {
        for (int i = 0; i < Objects; i++)
        {
            await DoAsync(i, [new ReadOp(0, 0)]);
        }
    }

    /// <summary>Cuts the connection: what is under way may happen or not.</summary>
    public async ValueTask DisposeAsync()
    {
        _closing = true;
        await _stopping.CancelAsync();
        await _connection.DisposeAsync();
        await _loops;
    }

    private async Task LoopAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            int index;
            int thinkMs;
            IReadOnlyList<ObjectOp> steps;
            lock (_random)
            {
                index = _random.Below(Objects);
                steps = _mix.Next(index % 8 == 7, _lastRead[index]);
                thinkMs = (int)_random.Between(0, ThinkMaxMs);
            }

            await DoAsync(index, steps);
            await Task.Delay(thinkMs, _stopping.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    private async Task DoAsync(int index, IReadOnlyList<ObjectOp> steps)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{_prefix}-{index}");
        Operation operation = _history.Invoked(_number, new ObjectId(_pool.PoolId, "", name), steps);
        try
        {
            OperationResult result = await _pool.OperateAsync(name, OperationMix.ToOperation(steps), CancellationToken.None);
            if (steps is [ReadOp])
            {
                _lastRead[index] = result.Steps[0].Data.ToArray();
            }

            _history.Answered(operation, OpStatus.Ok, result.Version, result.Steps);
        }
        catch (CairnException e)
        {
            _history.Answered(operation, e.Status, default, []);
        }
        catch (ObjectDisposedException) when (_closing)
        {
            // Never answered.
        }
    }
}
