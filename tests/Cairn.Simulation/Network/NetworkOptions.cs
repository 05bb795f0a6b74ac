namespace Cairn.Simulation.Network;

/// <summary>How long messages travel, microseconds.</summary>
public sealed record NetworkOptions
{
    public long DelayMinUs { get; init; } = 50;

    public long DelayMaxUs { get; init; } = 1_000;

    /// <summary>Share of messages that take up to <see cref="SlowDelayMaxUs"/>: all behind them on the connection wait too.</summary>
    public double SlowShare { get; init; } = 0.01;

    public long SlowDelayMaxUs { get; init; } = 50_000;
}
