using System.CommandLine;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Client;

namespace Cairn.Cli.Bench;

/// <summary>`cairn bench`.</summary>
internal static class BenchCommands
{
    private const int SizeMax = 64 << 20;
    private const int InFlightMax = 4096;
    private const int ThreadsMax = 1024;

    private static readonly Option<string> PoolName = new("--pool", "-p") { Description = "The pool.", Required = true };
    private static readonly Option<int> InFlight = Arguments.Number("--in-flight", "Operations at a time.", 16, n => n is >= 1 and <= InFlightMax, $"1 to {InFlightMax}", "-t");
    private static readonly Option<int> Threads = Arguments.Number(
        "--threads", "Clients that share them, each with connections of its own.", 1, n => n is >= 1 and <= ThreadsMax, $"1 to {ThreadsMax}");

    private static readonly Option<TimeSpan> Seconds = Arguments.Duration("--seconds", "How long. Default 10s.", "10s");
    private static readonly Option<TimeSpan> WarmUp = Arguments.Duration("--warm-up", "Do the same this long before measuring.");
    private static readonly Option<string> Name = new("--name") { Description = "Objects are called NAME.0, NAME.1, ...", DefaultValueFactory = _ => "bench" };
    private static readonly Option<int> Namespaces = Arguments.Number("--namespaces", "Namespaces that the objects are spread over.", 1, n => n is >= 1 and <= 10_000, "1 to 10000");
    private static readonly Option<long> Size = Arguments.Bytes("--size", "Bytes of an object.", "4MiB", SizeMax);
    private static readonly Option<long> OpSize = new("--op-size")
    {
        Description = "Bytes of an operation, a divisor of the object's. Else whole objects.",
        HelpName = "BYTES",
        CustomParser = static result => Quantity.ParseBytes(result.Tokens[0].Value) ?? -1,
    };

    private static readonly Option<bool> Verify = new("--verify") { Description = "Check every byte that is read; after writing, read back all that was acknowledged." };
    private static readonly Option<bool> Histogram = new("--histogram") { Description = "Show how the latencies spread." };

    public static Command Create() => new("bench", "Measures a pool.") { Write(), Read(), Mixed(), Clean() };

    private static Command Write()
    {
        Option<long> objects = new("--objects") { Description = "Work on this many objects, again and again while time is left. Else each write is new." };
        Option<bool> keep = new("--keep") { Description = "Leave the objects for 'cairn bench read'; those not written whole by then are afterwards." };
        Option<BenchPattern> pattern = PatternOption(BenchPattern.Sequential, "sequential, random (of --objects), or overwrite: random, after all were written whole.");
        Command command = new("write", "Writes objects.")
        {
            PoolName, Size, OpSize, InFlight, Threads, Seconds, WarmUp, objects, pattern, Namespaces, Name, Verify, Histogram, keep,
        };
        return command.Runs(async (cli, cancellationToken) =>
        {
            BenchOptions options = Parse(cli, (int)cli.Get(Size), cli.Get(objects), cli.Get(pattern), cli.Get(Namespaces));
            if (options.Objects == 0 && (options.Pattern != BenchPattern.Sequential || options.Duration == TimeSpan.Zero))
            {
                throw new CliException("--objects is needed: how many there are to choose from");
            }

            await using BenchClients clients = await BenchClients.ConnectAsync(cli, options.Threads, cli.Get(PoolName)!, cancellationToken);
            BenchWork work = new(clients.Pools, options, (ulong)Random.Shared.NextInt64());
            (BenchReport report, IReadOnlyList<long> written, long count) = await work.WriteAsync(clients.NewMeter(), cancellationToken);
            if (cli.Get(Verify))
            {
                BenchReport verified = await work.VerifyAsync(written, cancellationToken);
                report = report with { Verified = written.Count, Mismatches = verified.Errors, FirstError = report.FirstError ?? verified.FirstError };
            }

            if (cli.Get(keep))
            {
                await work.CompleteAsync(written, count, cancellationToken);
                await work.SaveAsync(count, cancellationToken);
            }
            else
            {
                await work.RemoveAsync(count, cancellationToken);
            }

            return Show(cli, report);
        });
    }

    private static Command Read()
    {
        Option<BenchPattern> pattern = PatternOption(BenchPattern.Random, "random or sequential.");
        Command command = new("read", "Reads what 'cairn bench write --keep' wrote.")
        {
            PoolName, OpSize, InFlight, Threads, Seconds, WarmUp, pattern, Name, Verify, Histogram,
        };
        return command.Runs(async (cli, cancellationToken) =>
        {
            await using BenchClients clients = await BenchClients.ConnectAsync(cli, cli.Get(Threads), cli.Get(PoolName)!, cancellationToken);
            (long objects, int size, ulong seed, int namespaces) = await BenchWork.LoadAsync(clients.Pools[0], cli.Get(Name)!, cancellationToken);
            BenchOptions options = Parse(cli, size, objects, cli.Get(pattern), namespaces);
            return Show(cli, await new BenchWork(clients.Pools, options, seed).ReadAsync(cli.Get(Verify), clients.NewMeter(), cancellationToken));
        });
    }

    private static Command Mixed()
    {
        Option<int> reads = Arguments.Number("--read-percent", "Share of reads.", 70, static n => n is >= 0 and <= 100, "0 to 100");
        Option<int> objects = Arguments.Number("--objects", "Objects to work on: written whole first, removed afterwards.", 1000, static n => n >= 1, "at least 1");
        Command command = new("mixed", "Reads and overwrites pieces of objects.")
        {
            PoolName, Size, OpSize, InFlight, Threads, Seconds, WarmUp, objects, reads, Namespaces, Name, Verify, Histogram,
        };
        return command.Runs(async (cli, cancellationToken) =>
        {
            BenchOptions options = Parse(cli, (int)cli.Get(Size), cli.Get(objects), BenchPattern.Random, cli.Get(Namespaces));
            await using BenchClients clients = await BenchClients.ConnectAsync(cli, options.Threads, cli.Get(PoolName)!, cancellationToken);
            BenchWork work = new(clients.Pools, options, (ulong)Random.Shared.NextInt64());
            BenchReport report = await work.MixedAsync(cli.Get(reads), cli.Get(Verify), clients.NewMeter(), cancellationToken);
            await work.RemoveAsync(options.Objects, cancellationToken);
            return Show(cli, report);
        });
    }

    private static Command Clean() =>
        new Command("clean", "Removes what 'cairn bench write --keep' left.") { PoolName, InFlight, Name }.Runs(async (cli, cancellationToken) =>
        {
            await using BenchClients clients = await BenchClients.ConnectAsync(cli, 1, cli.Get(PoolName)!, cancellationToken);
            (long objects, int size, ulong seed, int namespaces) = await BenchWork.LoadAsync(clients.Pools[0], cli.Get(Name)!, cancellationToken);
            BenchOptions options = new()
            {
                Name = cli.Get(Name)!, Size = size, OpSize = size, InFlight = cli.Get(InFlight), Duration = TimeSpan.Zero, Objects = objects, Namespaces = namespaces,
            };
            await new BenchWork(clients.Pools, options, seed).RemoveAsync(objects, cancellationToken);
            await BenchWork.ForgetAsync(clients.Pools[0], options.Name, cancellationToken);
        });

    private static BenchOptions Parse(Invocation cli, int size, long objects, BenchPattern pattern, int namespaces)
    {
        long opSize = cli.IsGiven(OpSize) ? cli.Get(OpSize) : size;
        if (opSize < 1 || opSize > size || size % opSize != 0)
        {
            throw new CliException($"--op-size must divide the object's {Units.Bytes(size)}");
        }

        return new BenchOptions
        {
            Name = cli.Get(Name)!,
            Size = size,
            OpSize = (int)opSize,
            // A client without an operation would measure nothing.
            InFlight = Math.Max(cli.Get(InFlight), cli.Get(Threads)),
            Duration = cli.Get(Seconds),
            WarmUp = cli.Get(WarmUp),
            Objects = objects,
            Pattern = pattern,
            Threads = cli.Get(Threads),
            Namespaces = namespaces,
        };
    }

    private static Option<BenchPattern> PatternOption(BenchPattern usual, string description) => new("--pattern")
    {
        Description = $"Order of the operations: {description} Default {usual.ToString().ToLowerInvariant()}.",
        DefaultValueFactory = _ => usual,
    };

    private static int Show(Invocation cli, BenchReport report)
    {
        cli.Show(report, output =>
        {
            report.Write(output);
            if (cli.Get(Histogram))
            {
                report.WriteHistogram(output);
            }
        });
        return report.Errors == 0 && report.Mismatches is null or 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
