namespace Cairn.Cli.Dev;

/// <summary>Ends daemons: asks first, then kills.</summary>
internal static class DevStopper
{
    // Daemons promise to stop within 10 s of SIGTERM.
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan KillMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns those that had to be killed.</summary>
    public static async Task<IReadOnlyList<DevDaemon>> StopAsync(IReadOnlyList<DevDaemon> daemons, CancellationToken cancellationToken)
    {
        foreach (DevDaemon daemon in daemons)
        {
            Signal.Send(daemon, Signal.Terminate);
            // One that is frozen does not see SIGTERM before it goes on.
            Signal.Send(daemon, Signal.Continue);
        }

        await WaitForEndAsync(daemons, StopMax, cancellationToken);
        DevDaemon[] stubborn = [.. daemons.Where(d => d.IsAlive)];
        await KillAsync(stubborn, cancellationToken);
        return stubborn;
    }

    public static async Task KillAsync(IReadOnlyList<DevDaemon> daemons, CancellationToken cancellationToken)
    {
        foreach (DevDaemon daemon in daemons)
        {
            Signal.Send(daemon, Signal.Kill);
        }

        await WaitForEndAsync(daemons, KillMax, cancellationToken);
    }

    private static async Task WaitForEndAsync(IReadOnlyList<DevDaemon> daemons, TimeSpan max, CancellationToken cancellationToken)
    {
        DateTime end = DateTime.UtcNow + max;
        while (daemons.Any(d => d.IsAlive) && DateTime.UtcNow < end)
        {
            await Task.Delay(Poll, cancellationToken);
        }
    }
}
