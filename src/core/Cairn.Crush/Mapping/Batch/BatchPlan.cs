namespace Cairn.Crush;

/// <summary>A rule of the common shape (settings, one take, one choose, emit) over straw2 buckets only: what the batch mapper can run.</summary>
/// <param name="Start">The node each descent begins at.</param>
/// <param name="Type">The type asked for.</param>
/// <param name="Count">The count of the step; not positive means relative to the number wanted.</param>
/// <param name="FirstN">Close ranks, or else keep places.</param>
/// <param name="ToLeaf">Descend from each item to a device.</param>
/// <param name="Tries">Descents for a place.</param>
/// <param name="LeafTries">Descents below an item.</param>
/// <param name="VaryR">How the attempt number is passed down to the leaf.</param>
/// <param name="Stable">Whether the leaf search begins at place 0.</param>
internal sealed record BatchPlan(int Start, int Type, int Count, bool FirstN, bool ToLeaf, int Tries, int LeafTries, int VaryR, bool Stable);
