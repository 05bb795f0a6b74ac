namespace Cairn.Store.Maintenance;

/// <summary>Numbers for runs, each given once: a checkpoint may be made while runs are being merged into one.</summary>
internal sealed class RunNumbers(ulong free)
{
    /// <summary>The next that nobody has.</summary>
    public ulong Free { get; private set; } = free;

    public ulong Next() => Free++;
}
