using Cairn.Messaging.Configuration;
using Cairn.Monitor.State.Balancing;

namespace Cairn.Monitor.Hosting;

/// <summary>The balancer's options, and how often it looks.</summary>
internal sealed record BalancerSettings(BalancerOptions Options, TimeSpan Interval)
{
    public static BalancerSettings From(CairnConfig config) => new(
        new BalancerOptions
        {
            Enabled = config.GetText("balancer_mode") != "off",
            MisplacedRatioMax = config.GetRatio("target_max_misplaced_ratio"),
            DeviationMax = config.GetRatio("upmap_max_deviation"),
        },
        config.GetDuration("balancer_interval"));
}
