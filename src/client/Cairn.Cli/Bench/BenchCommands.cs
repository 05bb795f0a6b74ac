using System.CommandLine;
using Cairn.Cli.Shell;
using Cairn.Client;

namespace Cairn.Cli.Bench;

/// <summary>`cairn bench`.</summary>
internal static class BenchCommands
{
    private const int SizeMax = 64 << 20;
    private const int InFlightMax = 4096;

    private static readonly Option<string> PoolName = new("--pool", "-p") { Description = "The pool.", Required = true };
    private static readonly Option<int> InFlight = Arguments.Number("--in-flight", "Operations at a time.", 16, n => n is >= 1 and <= InFlightMax, $"1 to {InFlightMax}", "-t");
    private static readonly Option<TimeSpan> Seconds = Arguments.Duration("--seconds", "How long. Default 10s.", "10s");
    private static readonly Option<string> Name = new("--name") { Description = "Objects are called NAME.0, NAME.1, ...", DefaultValueFactory = _ => "bench" };
    private static readonly Option<bool> Verify = new("--verify") { Description = "Check every byte that is read; after writing, read back all that was acknowledged." };

    public static Command Create() => new("bench", "Measures a pool.") { Write(), Read(), Clean() };

    private static Command Write()
    {
        Option<long> size = Arguments.Bytes("--size", "Bytes of an object.", "4MiB", SizeMax);
        Option<long> objects = new("--objects") { Description = "Write only this many objects, again and again while time is left. Else each write is a new object." };
        Option<bool> keep = new("--keep") { Description = "Leave the objects for 'cairn bench read'." };
        return new Command("write", "Writes whole objects.") { PoolName, size, InFlight, Seconds, objects, Name, Verify, keep }.Runs(async (cli, cancellationToken) =>
        {
            ulong seed = (ulong)Random.Shared.NextInt64();
            BenchOptions options = new(cli.Get(Name)!, (int)cli.Get(size), cli.Get(InFlight), cli.Get(Seconds), cli.Get(objects));
            await using CairnClient client = await ConnectAsync(cli, cancellationToken);
            PoolContext pool = await client.OpenPoolAsync(cli.Get(PoolName)!, cancellationToken);
            BenchWork work = new(pool, options, seed);
            (BenchReport report, BenchRun run) = await work.WriteAsync(cancellationToken);
            long written = options.ObjectsMax > 0 ? Math.Min(run.Begun, options.ObjectsMax) : run.Begun;
            if (cli.Get(Verify))
            {
                HashSet<long> failed = options.ObjectsMax > 0 ? [.. run.Failed.Select(n => n % options.ObjectsMax)] : run.Failed;
                long[] sure = [.. Range(written).Where(n => !failed.Contains(n))];
                BenchReport verified = await work.VerifyAsync(sure, cancellationToken);
                report = report with { Verified = sure.Length, Mismatches = verified.Errors, FirstError = report.FirstError ?? verified.FirstError };
            }

            if (cli.Get(keep))
            {
                await work.SaveAsync(written, cancellationToken);
            }
            else
            {
                await work.RemoveAsync(written, cancellationToken);
            }

            return Show(cli, report);
        });
    }

    private static Command Read() =>
        new Command("read", "Reads what 'cairn bench write --keep' wrote, in a random order.") { PoolName, InFlight, Seconds, Name, Verify }.Runs(async (cli, cancellationToken) =>
        {
            await using CairnClient client = await ConnectAsync(cli, cancellationToken);
            PoolContext pool = await client.OpenPoolAsync(cli.Get(PoolName)!, cancellationToken);
            (long count, int size, ulong seed) = await BenchWork.LoadAsync(pool, cli.Get(Name)!, cancellationToken);
            BenchOptions options = new(cli.Get(Name)!, size, cli.Get(InFlight), cli.Get(Seconds), 0);
            return Show(cli, await new BenchWork(pool, options, seed).ReadAsync(count, cli.Get(Verify), cancellationToken));
        });

    private static Command Clean() =>
        new Command("clean", "Removes what 'cairn bench write --keep' left.") { PoolName, InFlight, Name }.Runs(async (cli, cancellationToken) =>
        {
            await using CairnClient client = await ConnectAsync(cli, cancellationToken);
            PoolContext pool = await client.OpenPoolAsync(cli.Get(PoolName)!, cancellationToken);
            (long count, int size, ulong seed) = await BenchWork.LoadAsync(pool, cli.Get(Name)!, cancellationToken);
            BenchOptions options = new(cli.Get(Name)!, size, cli.Get(InFlight), TimeSpan.Zero, count);
            await new BenchWork(pool, options, seed).RemoveAsync(count, cancellationToken);
            await BenchWork.ForgetAsync(pool, options.Name, cancellationToken);
        });

    // The loops never block, so they may run where the answers are received.
    private static Task<CairnClient> ConnectAsync(Invocation cli, CancellationToken cancellationToken) =>
        CairnClient.ConnectAsync(new CairnClientOptions { Config = cli.Config, InlineCompletions = true }, cancellationToken);

    private static int Show(Invocation cli, BenchReport report)
    {
        cli.Show(report, report.Write);
        return report.Errors == 0 && report.Mismatches is null or 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static IEnumerable<long> Range(long count)
    {
        for (long i = 0; i < count; i++)
        {
            yield return i;
        }
    }
}
