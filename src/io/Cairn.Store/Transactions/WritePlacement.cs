using Cairn.Store.Extents;
using Cairn.Store.Staging;

namespace Cairn.Store.Transactions;

/// <summary>Where one write of a transaction put its data: staged as a whole, or in pieces stored in segments.</summary>
internal readonly record struct WritePlacement(StagedBlob? Staged, IReadOnlyList<PlacedPiece> Pieces)
{
    public static WritePlacement Empty { get; } = new(null, []);
}

/// <param name="Chunk">The chunk of the object that the extent belongs to.</param>
internal readonly record struct PlacedPiece(uint Chunk, StoredExtent Extent);
