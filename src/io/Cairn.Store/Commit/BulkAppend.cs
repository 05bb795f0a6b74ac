using Cairn.Store.Devices;
using Cairn.Store.Segments;

namespace Cairn.Store.Commit;

/// <summary>The large data of one transaction, on its way to segments.</summary>
internal sealed record BulkAppend(AlignedBuffer Buffer, IReadOnlyList<PendingAppend> Appends)
{
    /// <summary>On stable media. Under the commit queue's lock.</summary>
    public bool Done { get; set; }
}
