using System.CommandLine;
using System.Diagnostics;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Maps;

namespace Cairn.Cli.Scrub;

/// <summary>`cairn scrub [--deep] [--repair] [POOL|PG...]`: orders scrubs and waits for what they find. Fails if any copy is bad.</summary>
internal static class ScrubCommand
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(300);
    // A PG whose primary changed lost the order: it is given again.
    private static readonly TimeSpan OrderAgain = TimeSpan.FromSeconds(15);

    public static Command Create()
    {
        Argument<string[]> targets = new("target") { Description = "Pools or PGs. Else every PG.", Arity = ArgumentArity.ZeroOrMore };
        Option<bool> deep = new("--deep") { Description = "Read and check every byte, not only sizes and attributes." };
        Option<bool> repair = new("--repair") { Description = "Rewrite bad copies from good ones; implies --deep." };
        Option<TimeSpan> timeout = Arguments.Duration("--timeout", "Fail after this time. Default 1h.", "1h");
        return new Command("scrub", "Compares the copies of all objects, and waits for the result.") { targets, deep, repair, timeout }.Runs(async (cli, cancellationToken) =>
        {
            long started = Stopwatch.GetTimestamp();
            bool isDeep = cli.Get(deep) || cli.Get(repair);
            OsdMap map = await cli.Monitors.MapAsync(cancellationToken);
            ScrubRound round = new(cli, isDeep, cli.Get(repair), [.. Chosen(map, cli.Get(targets))]);
            using OsdAdmins admins = new(cli.Config);
            while (round.Waiting.Count > 0)
            {
                if (Stopwatch.GetElapsedTime(started) > cli.Get(timeout))
                {
                    throw new CliException($"{round.Waiting.Count} PGs were not scrubbed within {Units.Age(cli.Get(timeout))}: {string.Join(", ", round.Waiting.Take(8))}");
                }

                await round.OrderAsync(admins, OrderAgain, cancellationToken);
                await Task.Delay(Poll, cancellationToken);
                await round.CollectAsync(cancellationToken);
            }

            ScrubView view = new(isDeep, round.Done, round.Inconsistent, round.Errors, Stopwatch.GetElapsedTime(started).TotalSeconds);
            cli.Show(view, view.Write);
            return view.Errors == 0 ? ExitCode.Done : ExitCode.Failed;
        });
    }

    private static IEnumerable<PgId> Chosen(OsdMap map, string[] targets)
    {
        if (targets.Length == 0)
        {
            return map.Pools.Values.SelectMany(PgsOf);
        }

        return targets.SelectMany(t => map.FindPool(t) is { } pool ? PgsOf(pool)
            : PgId.TryParse(t, out _) ? [map.RequirePg(t)]
            : PgsOf(map.RequirePool(t))).Distinct();
    }

    private static IEnumerable<PgId> PgsOf(Pool pool)
    {
        for (uint seed = 0; seed < pool.PgNum; seed++)
        {
            yield return new PgId(pool.Id, seed);
        }
    }
}
