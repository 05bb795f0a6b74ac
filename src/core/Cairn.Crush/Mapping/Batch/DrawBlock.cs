using System.Runtime.CompilerServices;

namespace Cairn.Crush;

/// <summary>Sixteen straw2 choices to be made at once, and their outcome.</summary>
internal struct DrawBlock
{
    public const int Width = 16;

    public Row<uint> X;
    public Row<uint> R;

    /// <summary>Where the bucket's items begin in the table of ids, and in that of reciprocal weights.</summary>
    public Row<int> IdOffset;
    public Row<int> WeightOffset;
    public Row<int> Size;

    /// <summary>The index of the winner in its bucket, its draw and the runner-up's.</summary>
    public Row<int> Best;
    public Row<float> BestDraw;
    public Row<float> SecondDraw;

    [InlineArray(Width)]
    public struct Row<T>
        where T : unmanaged
    {
        private T _first;
    }
}
