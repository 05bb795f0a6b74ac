using Cairn.Objects;

namespace Cairn.Pg.Ops;

/// <summary>What an operation may ask for. The defaults are Ceph's; options lower or raise them.</summary>
public sealed record OpLimits
{
    public static OpLimits Default { get; } = new();

    /// <summary><c>osd_max_object_size</c>, bytes.</summary>
    public ulong ObjectBytesMax { get; init; } = ObjectLimits.ObjectBytesMax;

    /// <summary><c>osd_max_write_size</c>: payload bytes of one operation.</summary>
    public int OperationBytesMax { get; init; } = ObjectLimits.OperationBytesMax;

    /// <summary><c>osd_max_attr_size</c>, bytes.</summary>
    public int XattrValueBytesMax { get; init; } = ObjectLimits.XattrValueBytesMax;

    /// <summary><c>osd_max_omap_entries_per_request</c>: more are given in further requests.</summary>
    public int OmapEntriesMax { get; init; } = 1024;

    /// <summary>UTF-8 bytes of an omap key. Ceph has no limit; ours keeps a key well under a page of the store's index.</summary>
    public int OmapKeyBytesMax { get; init; } = 4096;

    /// <summary>Objects one listing returns at most; the cursor goes on behind them.</summary>
    public int ListEntriesMax { get; init; } = 1024;

    /// <summary>Steps of one operation. No client needs near as many: a bound on what one request may cost.</summary>
    public int StepsMax { get; init; } = 1024;
}
