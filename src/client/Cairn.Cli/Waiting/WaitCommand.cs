using System.CommandLine;
using System.Diagnostics;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Maps;
using Cairn.Maps.Stats;
using Cairn.Messaging.Wire;

namespace Cairn.Cli.Waiting;

/// <summary>`cairn wait`: returns when the cluster is in the state that a script needs next, or fails when the time is up.</summary>
internal static class WaitCommand
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private static readonly Option<TimeSpan> Timeout = Arguments.Duration("--timeout", "Fail after this time. Default 120s.", "120s");

    public static Command Create() => new("wait", "Waits until the cluster is in a state.")
    {
        new Command("clean", "All PGs are active+clean, with all copies, on the OSDs where the map wants them.") { Timeout }
            .Runs((cli, ct) => UntilAsync(cli, () => CleanAsync(cli, ct), ct)),
        new Command("health-ok", "The cluster's health is HEALTH_OK.") { Timeout }.Runs((cli, ct) => UntilAsync(cli, () => HealthAsync(cli, ct), ct)),
        Osd(),
    };

    private static Command Osd()
    {
        Argument<OsdId> osd = Arguments.Osd();
        Argument<string> state = new Argument<string>("state") { Description = "up, down, in or out." }.AcceptOnlyFromAmong("up", "down", "in", "out");
        return new Command("osd", "An OSD is up, down, in or out.") { osd, state, Timeout }.Runs((cli, ct) =>
            UntilAsync(cli, () => OsdAsync(cli, cli.Get(osd), cli.Get(state), ct), ct));
    }

    /// <param name="missing">What is still missing; null when nothing is.</param>
    private static async Task UntilAsync(Invocation cli, Func<Task<string?>> missing, CancellationToken cancellationToken)
    {
        TimeSpan timeout = cli.Get(Timeout);
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await missing() is not { } what)
            {
                TimeSpan took = Stopwatch.GetElapsedTime(started);
                cli.Show(new WaitView(took.TotalSeconds), output => output.WriteLine($"after {Units.Age(took)}"));
                return;
            }

            if (Stopwatch.GetElapsedTime(started) > timeout)
            {
                throw new CliException($"waited {Units.Age(timeout)}: {what}");
            }

            await Task.Delay(Poll, cancellationToken);
        }
    }

    private static async Task<string?> OsdAsync(Invocation cli, OsdId id, string state, CancellationToken cancellationToken)
    {
        OsdState? osd = (await cli.Monitors.MapAsync(cancellationToken)).Osd(id);
        if (osd is null)
        {
            throw new CliException($"there is no {id}");
        }

        bool holds = state switch
        {
            "up" => osd.Up,
            "down" => !osd.Up,
            "in" => osd.In,
            _ => !osd.In,
        };
        return holds ? null : $"{id} is {(osd.Up ? "up" : "down")} and {(osd.In ? "in" : "out")}";
    }

    private static async Task<string?> HealthAsync(Invocation cli, CancellationToken cancellationToken)
    {
        HealthReport health = await cli.Monitors.CallAsync((m, options) => m.HealthAsync(new HealthRequest(), options), cancellationToken);
        return health.Status == HealthSeverity.HealthOk ? null : string.Join("; ", health.Checks.Where(c => !c.Muted).Select(c => c.Summary));
    }

    private static async Task<string?> CleanAsync(Invocation cli, CancellationToken cancellationToken)
    {
        OsdMap map = await cli.Monitors.MapAsync(cancellationToken);
        List<PgStat> stats = await cli.Monitors.ListAsync((m, options) => m.PgDump(new PgDumpRequest(), options), cancellationToken);
        return Cleanness.WhatIsMissing(map, stats);
    }
}

internal sealed record WaitView(double Seconds);
