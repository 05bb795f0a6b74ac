using FASTER.core;

namespace Cairn.Store.Index;

internal sealed class IndexKeyComparer : IFasterEqualityComparer<IndexKey>
{
    public long GetHashCode64(ref IndexKey k) => k.Hash64();

    public bool Equals(ref IndexKey k1, ref IndexKey k2) => k1 == k2;
}
