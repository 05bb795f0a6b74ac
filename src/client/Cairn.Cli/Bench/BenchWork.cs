using System.Globalization;
using System.Text;
using Cairn.Cli.Shell;
using Cairn.Client;

namespace Cairn.Cli.Bench;

/// <summary>What `cairn bench` does to a pool: writes numbered objects, reads them, checks them, removes them.</summary>
internal sealed class BenchWork(PoolContext pool, BenchOptions options, ulong seed)
{
    private readonly BenchPayload _payload = new(seed, options.Size);

    /// <summary>Writes, and says which objects are surely there.</summary>
    public async Task<(BenchReport Report, BenchRun Run)> WriteAsync(CancellationToken cancellationToken)
    {
        BenchRun run = new(options);
        byte[][] buffers = [.. Enumerable.Range(0, options.InFlight).Select(_ => _payload.NewBuffer())];
        BenchReport report = await run.RunAsync(
            "write",
            async (worker, operation) =>
            {
                long number = NumberOf(operation);
                byte[] buffer = buffers[worker];
                _payload.Stamp(buffer, number);
                await pool.WriteFullAsync(NameOf(number), buffer, cancellationToken);
            },
            cancellationToken);
        return (report, run);
    }

    /// <summary>Reads objects [0, count) in a random order, again and again until the time is up.</summary>
    public Task<BenchReport> ReadAsync(long count, bool verify, CancellationToken cancellationToken)
    {
        byte[][] buffers = [.. Enumerable.Range(0, options.InFlight).Select(_ => new byte[options.Size])];
        return new BenchRun(options).RunAsync(
            "read",
            async (worker, operation) =>
            {
                // Multiplying by an odd constant scatters the numbers without a table.
                long number = (long)(((ulong)operation * 0x9E3779B97F4A7C15 >> 11) % (ulong)count);
                int read = await pool.ReadAsync(NameOf(number), 0, buffers[worker], cancellationToken);
                string? wrong = verify ? _payload.Check(buffers[worker].AsSpan(0, read), number) : read == options.Size ? null : $"has {read} bytes";
                if (wrong is not null)
                {
                    throw new IOException($"object '{NameOf(number)}' {wrong}");
                }
            },
            cancellationToken);
    }

    /// <summary>Reads each of these objects once, and compares.</summary>
    public Task<BenchReport> VerifyAsync(IReadOnlyList<long> numbers, CancellationToken cancellationToken)
    {
        byte[][] buffers = [.. Enumerable.Range(0, options.InFlight).Select(_ => new byte[options.Size])];
        return new BenchRun(options with { Duration = TimeSpan.Zero, ObjectsMax = numbers.Count }).RunAsync(
            "verify",
            async (worker, operation) =>
            {
                long number = numbers[(int)operation];
                int read = await pool.ReadAsync(NameOf(number), 0, buffers[worker], cancellationToken);
                if (_payload.Check(buffers[worker].AsSpan(0, read), number) is { } wrong)
                {
                    throw new IOException($"object '{NameOf(number)}' {wrong}");
                }
            },
            cancellationToken);
    }

    public Task RemoveAsync(long count, CancellationToken cancellationToken) =>
        new BenchRun(options with { Duration = TimeSpan.Zero, ObjectsMax = count }).RunAsync(
            "remove",
            async (_, operation) =>
            {
                try
                {
                    await pool.RemoveAsync(NameOf(operation), cancellationToken);
                }
                catch (ObjectNotFoundException)
                {
                    // Its write failed.
                }
            },
            cancellationToken);

    /// <summary>Remembers what a run left, for `cairn bench read`.</summary>
    public Task SaveAsync(long count, CancellationToken cancellationToken) =>
        pool.WriteFullAsync(MetaName(options.Name), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{count} {options.Size} {seed}")), cancellationToken);

    public static async Task<(long Count, int Size, ulong Seed)> LoadAsync(PoolContext pool, string name, CancellationToken cancellationToken)
    {
        try
        {
            string[] fields = Encoding.UTF8.GetString(await pool.ReadAsync(MetaName(name), 0, 0, cancellationToken)).Split(' ');
            return (long.Parse(fields[0], CultureInfo.InvariantCulture), int.Parse(fields[1], CultureInfo.InvariantCulture), ulong.Parse(fields[2], CultureInfo.InvariantCulture));
        }
        catch (ObjectNotFoundException)
        {
            throw new CliException($"nothing to read: run 'cairn bench write --keep --name {name}' first");
        }
    }

    public static Task ForgetAsync(PoolContext pool, string name, CancellationToken cancellationToken) => pool.RemoveAsync(MetaName(name), cancellationToken);

    private static string MetaName(string name) => $"{name}.meta";

    private long NumberOf(long operation) => options.ObjectsMax > 0 ? operation % options.ObjectsMax : operation;

    private string NameOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{options.Name}.{number}");
}
