using System.CommandLine;
using System.Globalization;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Cli.Status;
using Cairn.Maps.Stats;
using Cairn.Messaging;
using Cairn.Messaging.Wire;
using Grpc.Core;

namespace Cairn.Cli.Watch;

/// <summary>`cairn watch`: what happens, as it happens. Goes on with another monitor when the one it asked is gone.</summary>
internal static class WatchCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        Option<uint> past = new("--past", "-n") { Description = "Begin with this many past events.", DefaultValueFactory = _ => 10 };
        return new Command("watch", "Shows the events of the cluster as they happen, until interrupted.") { past }.Runs(async (cli, cancellationToken) =>
        {
            uint missed = cli.Get(past);
            (long UnixMs, string Message) last = default;
            for (int next = 0; ; next++)
            {
                HostPort monitor = cli.Monitors.Addresses[next % cli.Monitors.Addresses.Count];
                try
                {
                    using AsyncServerStreamingCall<ClusterEvent> call = cli.Monitors.Client(monitor).Watch(
                        new WatchRequest { Past = missed }, cancellationToken: cancellationToken);
                    await foreach (ClusterEvent at in call.ResponseStream.ReadAllAsync(cancellationToken))
                    {
                        // After a change of monitor the past overlaps with what was shown.
                        if ((at.UnixMs, at.Message).CompareTo(last) > 0)
                        {
                            last = (at.UnixMs, at.Message);
                            Write(cli, at);
                        }
                    }
                }
                catch (RpcException e) when (!cancellationToken.IsCancellationRequested && e.StatusCode is StatusCode.Unavailable or StatusCode.Internal)
                {
                    cli.Error.WriteLine($"cairn: lost {monitor}, trying the next monitor");
                }
                catch (RpcException) when (cancellationToken.IsCancellationRequested)
                {
                    return;
                }

                // What happened meanwhile is among the last hundred.
                missed = 100;
                await Task.Delay(Pause, cancellationToken);
            }
        });
    }

    private static void Write(Invocation cli, ClusterEvent at)
    {
        EventView view = new(at.UnixMs, at.Kind.ToString(), HealthView.Word(at.Severity), at.Message, at.Epoch, at.Osd < 0 ? null : at.Osd, at.Code);
        cli.Show(view, output => output.WriteLine(
            $"{DateTimeOffset.FromUnixTimeMilliseconds(at.UnixMs).LocalDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)} {Mark(at.Severity)} {at.Message}"));
        cli.Output.Flush();
    }

    private static string Mark(HealthSeverity severity) => severity switch
    {
        HealthSeverity.HealthOk => "   ",
        HealthSeverity.HealthWarn => "WRN",
        _ => "ERR",
    };
}

internal sealed record EventView(long UnixMs, string Kind, string Severity, string Message, uint Epoch, int? Osd, string Code);
