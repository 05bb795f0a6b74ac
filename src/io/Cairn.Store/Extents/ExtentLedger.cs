using Cairn.Store.Segments;
using Cairn.Store.Staging;

namespace Cairn.Store.Extents;

/// <summary>Counts what extents refer to as they come and go: bytes of data, live bytes of segments, uses of staged writes. Under the store's lock.</summary>
internal sealed class ExtentLedger(SegmentTable segments, StagingTable staging)
{
    public long DataBytes { get; private set; }

    public void In(Chunk chunk, Extent extent)
    {
        DataBytes += extent.Length;
        if (extent is StoredExtent stored)
        {
            segments.Account(stored, +1);
        }
        else
        {
            staging.Refer(((StagedExtent)extent).Id, chunk.Uid, chunk.Number);
        }
    }

    public void Out(Extent extent)
    {
        DataBytes -= extent.Length;
        if (extent is StoredExtent stored)
        {
            segments.Account(stored, -1);
        }
        else
        {
            staging.Forget(((StagedExtent)extent).Id);
        }
    }
}
