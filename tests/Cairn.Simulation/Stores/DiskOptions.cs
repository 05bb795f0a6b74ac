namespace Cairn.Simulation.Stores;

/// <summary>How long a disk takes, microseconds.</summary>
public sealed record DiskOptions
{
    public long FlushMinUs { get; init; } = 200;

    public long FlushMaxUs { get; init; } = 5_000;

    /// <summary>Share of flushes that take up to <see cref="SlowFlushMaxUs"/>.</summary>
    public double SlowShare { get; init; } = 0.01;

    public long SlowFlushMaxUs { get; init; } = 400_000;

    public long ReadMaxUs { get; init; } = 3_000;
}
