using Cairn.Objects;

namespace Cairn.Store.Index;

/// <summary>The order of names: <see cref="Utf8Order"/>.</summary>
internal readonly struct NameOrder : IComparer<string>
{
    public int Compare(string? x, string? y) => Utf8Order.Instance.Compare(x, y);
}
