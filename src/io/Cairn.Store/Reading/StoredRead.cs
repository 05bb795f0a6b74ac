using Cairn.Store.Devices;
using Cairn.Store.Extents;
using Cairn.Store.Segments;

namespace Cairn.Store.Reading;

/// <summary>One piece of a read that must come from the disk.</summary>
/// <param name="Target">Where its bytes go in the result.</param>
internal readonly record struct StoredRead(Segment Segment, IBlockFile File, StoredExtent Extent, int Target);
