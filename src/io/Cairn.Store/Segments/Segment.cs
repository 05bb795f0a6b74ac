using Cairn.Store.Devices;

namespace Cairn.Store.Segments;

/// <summary>One slot of the data area: a file of fixed length, appended to, then cleaned as a whole. Under the store's lock.</summary>
internal sealed class Segment(int slot)
{
    public int Slot { get; } = slot;

    public SegmentState State { get; set; }

    /// <summary>Bytes that extents of the index refer to.</summary>
    public long LiveBytes { get; set; }

    /// <summary>Where the next append goes.</summary>
    public int End { get; set; }

    /// <summary>Grows with each reuse, so that cached blocks of the former content are not taken for the new.</summary>
    public uint Generation { get; set; }

    /// <summary>Reads under way: the segment is not reused before they end.</summary>
    public int Pins { get; set; }

    /// <summary>The checkpoint during whose interval it died.</summary>
    public ulong DiedIn { get; set; }

    /// <summary>Opened at first use.</summary>
    public IBlockFile? File { get; set; }

    /// <summary>Appends not on the disk yet: reads take them from memory.</summary>
    public List<PendingAppend> Pending { get; } = [];
}
