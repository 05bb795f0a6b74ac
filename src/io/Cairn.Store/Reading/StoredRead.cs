using Cairn.Store.Devices;
using Cairn.Store.Extents;
using Cairn.Store.Segments;

namespace Cairn.Store.Reading;

/// <summary>One piece of a read that must come from the disk.</summary>
/// <param name="Target">Where its bytes go in the result.</param>
internal readonly record struct StoredRead(Segment Segment, IBlockFile File, StoredExtent Extent, int Target)
{
    /// <summary>The sums of the result's whole blocks, if the pieces are all of it and bring whole units at its blocks' boundaries; else null.</summary>
    public static uint[]? SumsOf(List<StoredRead> pieces, int count)
    {
        uint[] sums = new uint[count / ExtentLayout.UnitBytes];
        int done = 0;
        foreach (StoredRead piece in pieces)
        {
            StoredExtent extent = piece.Extent;
            if (piece.Target != done || done % ExtentLayout.UnitBytes != 0 || extent.Skip != 0)
            {
                return null;
            }

            extent.Sums[..(extent.Length / ExtentLayout.UnitBytes)].CopyTo(sums.AsSpan(done / ExtentLayout.UnitBytes));
            done += extent.Length;
        }

        return done == count ? sums : null;
    }
}
