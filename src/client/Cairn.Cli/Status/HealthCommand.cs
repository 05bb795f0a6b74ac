using System.CommandLine;
using Cairn.Cli.Shell;
using Cairn.Messaging.Wire;
using Commands = Cairn.Maps.Commands;

namespace Cairn.Cli.Status;

/// <summary>`cairn health [detail]`, and muting of single checks.</summary>
internal static class HealthCommand
{
    public static Command Create() => new Command("health", "Says whether the cluster is well, and if not why.")
    {
        new Command("detail", "Says it about every OSD and PG concerned.").Runs((cli, ct) => ShowAsync(cli, withDetail: true, ct)),
        Mute(),
        Unmute(),
    }.Runs((cli, ct) => ShowAsync(cli, withDetail: false, ct));

    private static async Task ShowAsync(Invocation cli, bool withDetail, CancellationToken cancellationToken)
    {
        HealthView view = HealthView.Of(
            await cli.Monitors.CallAsync((m, options) => m.HealthAsync(new HealthRequest { Detail = withDetail }, options), cancellationToken));
        cli.Show(view, output => view.Write(output, withDetail));
    }

    private static Command Mute()
    {
        Argument<string> code = new("code") { Description = "The check: OSD_DOWN, PG_DEGRADED, ..." };
        Option<TimeSpan> duration = Arguments.Duration("--for", "How long: 10m, 2h. Else until unmuted.");
        Option<bool> sticky = new("--sticky") { Description = "Stay muted when it gets worse, or goes away and comes back." };
        return new Command("mute", "Leaves a check out of the cluster's health.") { code, duration, sticky }.Runs(async (cli, ct) =>
        {
            Commands.HealthMute mute = new() { Code = cli.Get(code), DurationMs = (ulong)cli.Get(duration).TotalMilliseconds, Sticky = cli.Get(sticky) };
            await cli.ApplyAsync(new Commands.Command { HealthMute = mute }, ct);
        });
    }

    private static Command Unmute()
    {
        Argument<string> code = new("code") { Description = "The check." };
        return new Command("unmute", "Counts a muted check again.") { code }.Runs((cli, ct) =>
            cli.ApplyAsync(new Commands.Command { HealthUnmute = new Commands.HealthUnmute { Code = cli.Get(code) } }, ct));
    }
}
