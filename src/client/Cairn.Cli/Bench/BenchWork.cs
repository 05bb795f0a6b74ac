using System.Globalization;
using System.Text;
using Cairn.Cli.Shell;
using Cairn.Client;

namespace Cairn.Cli.Bench;

/// <summary>What `cairn bench` does to a pool: writes numbered objects, reads them, checks them, removes them.</summary>
/// <param name="pools">The pool as each client sees it: one a thread.</param>
internal sealed class BenchWork(IReadOnlyList<PoolContext> pools, BenchOptions options, ulong seed)
{
    /// <summary>Memory for objects that are written whole before or after a run.</summary>
    private const long FillBytesInFlight = 64 << 20;

    private readonly BenchPayload _payload = new(seed, options.Size);
    private readonly BenchPlan _plan = new(options);
    private readonly PoolContext[][] _contexts = [.. pools.Select(pool => Enumerable.Range(0, options.Namespaces).Select(n => NamespaceOf(pool, options.Name, n)).ToArray())];

    /// <summary>Writes, and says which pieces are surely there.</summary>
    public async Task<(BenchReport Report, IReadOnlyList<long> Written, long Objects)> WriteAsync(CostMeter meter, CancellationToken cancellationToken)
    {
        if (options.Pattern == BenchPattern.Overwrite)
        {
            await FillAsync(options.Objects, static number => number, cancellationToken);
        }

        BenchRun run = new(options);
        byte[][] buffers = NewBuffers(options.InFlight, options.OpSize);
        long operations = options.Duration == TimeSpan.Zero ? _plan.Pieces : long.MaxValue;
        BenchReport report = await run.RunAsync(
            "write", operations, (worker, operation) => WritePieceAsync(worker, _plan.PieceOf(operation), buffers[worker], cancellationToken), meter, cancellationToken);
        long objects = options.Objects > 0 && options.Pattern != BenchPattern.Sequential
            ? options.Objects
            : Math.Min(options.Objects > 0 ? options.Objects : long.MaxValue, (run.Begun + options.PiecesPerObject - 1) / options.PiecesPerObject);
        return (report, _plan.SurelyWritten(run.Begun, run.Failed), objects);
    }

    /// <summary>Reads pieces of the objects again and again until the time is up.</summary>
    public Task<BenchReport> ReadAsync(bool verify, CostMeter meter, CancellationToken cancellationToken)
    {
        return new BenchRun(options).RunAsync(
            "read",
            long.MaxValue,
            (worker, operation) => ReadPieceAsync(worker, _plan.PieceOf(operation), verify, cancellationToken),
            meter,
            cancellationToken);
    }

    /// <summary>Reads and overwrites pieces of objects that are written first.</summary>
    public async Task<BenchReport> MixedAsync(int readPercent, bool verify, CostMeter meter, CancellationToken cancellationToken)
    {
        await FillAsync(options.Objects, static number => number, cancellationToken);
        byte[][] buffers = NewBuffers(options.InFlight, options.OpSize);
        return await new BenchRun(options).RunAsync(
            "mixed",
            long.MaxValue,
            (worker, operation) => BenchPlan.IsRead(operation, readPercent)
                ? ReadPieceAsync(worker, _plan.PieceOf(operation), verify, cancellationToken)
                : WritePieceAsync(worker, _plan.PieceOf(operation), buffers[worker], cancellationToken, isFilled: false),
            meter,
            cancellationToken);
    }

    /// <summary>Reads each of these pieces once, and compares.</summary>
    public Task<BenchReport> VerifyAsync(IReadOnlyList<long> pieces, CancellationToken cancellationToken)
    {
        return new BenchRun(AllOnce).RunAsync(
            "verify",
            pieces.Count,
            (worker, operation) => ReadPieceAsync(worker, pieces[(int)operation], verify: true, cancellationToken),
            meter: null,
            cancellationToken);
    }

    /// <summary>Writes each object whole that a run did not write all of: whoever reads it finds what its size promises.</summary>
    /// <param name="written">Pieces that are surely there.</param>
    public Task CompleteAsync(IReadOnlyList<long> written, long objects, CancellationToken cancellationToken)
    {
        int[] missing = new int[objects];
        Array.Fill(missing, options.PiecesPerObject);
        foreach (long piece in written)
        {
            missing[_plan.ObjectOf(piece)]--;
        }

        List<long> partial = [.. Enumerable.Range(0, missing.Length).Where(number => missing[number] > 0).Select(static number => (long)number)];
        return FillAsync(partial.Count, operation => partial[(int)operation], cancellationToken);
    }

    public Task RemoveAsync(long objects, CancellationToken cancellationToken) =>
        new BenchRun(AllOnce).RunAsync(
            "remove",
            objects,
            async (worker, operation) =>
            {
                try
                {
                    await ContextOf(worker, operation).RemoveAsync(NameOf(operation), cancellationToken);
                }
                catch (ObjectNotFoundException)
                {
                    // Its write failed, or never came.
                }
            },
            meter: null,
            cancellationToken);

    /// <summary>Remembers what a run left, for `cairn bench read`.</summary>
    public Task SaveAsync(long objects, CancellationToken cancellationToken) =>
        pools[0].WriteFullAsync(
            MetaName(options.Name),
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{objects} {options.Size} {seed} {options.Namespaces}")),
            cancellationToken);

    public static async Task<(long Objects, int Size, ulong Seed, int Namespaces)> LoadAsync(PoolContext pool, string name, CancellationToken cancellationToken)
    {
        try
        {
            string[] fields = Encoding.UTF8.GetString(await pool.ReadAsync(MetaName(name), 0, 0, cancellationToken)).Split(' ');
            return (
                long.Parse(fields[0], CultureInfo.InvariantCulture), int.Parse(fields[1], CultureInfo.InvariantCulture),
                ulong.Parse(fields[2], CultureInfo.InvariantCulture), int.Parse(fields[3], CultureInfo.InvariantCulture));
        }
        catch (ObjectNotFoundException)
        {
            throw new CliException($"nothing to read: run 'cairn bench write --keep --name {name}' first");
        }
    }

    public static Task ForgetAsync(PoolContext pool, string name, CancellationToken cancellationToken) => pool.RemoveAsync(MetaName(name), cancellationToken);

    private BenchOptions AllOnce => options with { Duration = TimeSpan.Zero, WarmUp = TimeSpan.Zero };

    /// <summary>Writes the objects whole, unmeasured.</summary>
    private async Task FillAsync(long count, Func<long, long> numberOf, CancellationToken cancellationToken)
    {
        BenchOptions whole = AllOnce with { InFlight = (int)Math.Clamp(FillBytesInFlight / options.Size, 1, options.InFlight) };
        byte[][] buffers = NewBuffers(whole.InFlight, options.Size);
        BenchReport report = await new BenchRun(whole).RunAsync(
            "fill",
            count,
            (worker, operation) =>
            {
                long number = numberOf(operation);
                _payload.Stamp(buffers[worker], number, 0);
                return ContextOf(worker, number).WriteFullAsync(NameOf(number), buffers[worker], cancellationToken);
            },
            meter: null,
            cancellationToken);
        if (report.Errors > 0)
        {
            throw new CliException($"could not write all objects whole: {report.FirstError}");
        }
    }

    /// <param name="isFilled">Whether the buffer still holds what was last written from it.</param>
    private Task WritePieceAsync(int worker, long piece, byte[] buffer, CancellationToken cancellationToken, bool isFilled = true)
    {
        long number = _plan.ObjectOf(piece);
        int offset = _plan.OffsetOf(piece);
        PoolContext pool = ContextOf(worker, number);
        if (options.PiecesPerObject == 1)
        {
            if (isFilled)
            {
                _payload.Stamp(buffer, number, 0);
            }
            else
            {
                _payload.Fill(buffer, number, 0);
            }

            return pool.WriteFullAsync(NameOf(number), buffer, cancellationToken);
        }

        _payload.Fill(buffer, number, offset);
        return pool.WriteAsync(NameOf(number), (ulong)offset, buffer, cancellationToken);
    }

    private async Task ReadPieceAsync(int worker, long piece, bool verify, CancellationToken cancellationToken)
    {
        long number = _plan.ObjectOf(piece);
        int offset = _plan.OffsetOf(piece);
        using ReadBuffer read = await ContextOf(worker, number).ReadBufferAsync(NameOf(number), (ulong)offset, (ulong)options.OpSize, cancellationToken);
        int length = read.Memory.Length;
        string? wrong = verify ? _payload.Check(read.Memory.Span, number, offset, options.OpSize) : length == options.OpSize ? null : $"has {length} bytes";
        if (wrong is not null)
        {
            throw new IOException($"object '{NameOf(number)}' {wrong}");
        }
    }

    private byte[][] NewBuffers(int count, int size) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        byte[] buffer = new byte[size];
        _payload.Fill(buffer, 0, 0);
        return buffer;
    })];

    private PoolContext ContextOf(int worker, long number) => _contexts[worker % _contexts.Length][(int)(number % options.Namespaces)];

    private string NameOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{options.Name}.{number}");

    private static string MetaName(string name) => $"{name}.meta";

    private static PoolContext NamespaceOf(PoolContext pool, string name, int index) =>
        index == 0 ? pool : pool.WithNamespace(string.Create(CultureInfo.InvariantCulture, $"{name}-{index}"));
}
