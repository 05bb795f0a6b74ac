using Cairn.Client;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.Wire;

namespace Cairn.Cluster.Tests.Harness;

internal static class ClusterWaiting
{
    /// <summary>Waits until the cluster's status is as wanted; fails the test after a while, with what it was last.</summary>
    public static async Task WaitForAsync(this CairnClient client, string what, Func<StatusReply, bool> isSo, int seconds)
    {
        StatusReply? last = null;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        try
        {
            do
            {
                try
                {
                    last = await client.Monitors.CallAsync((monitor, options) => monitor.StatusAsync(new StatusRequest(), options), limit.Token);
                }
                catch (MonitorException e) when (e.Status == Grpc.Core.StatusCode.Unavailable)
                {
                    // No quorum now.
                    continue;
                }

                if (isSo(last))
                {
                    return;
                }
            }
            while (await timer.WaitForNextTickAsync(limit.Token));
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"not within {seconds} s: {what}\n{last}");
        }
    }
}
