namespace Cairn.Store.Reading;

/// <summary>What a read has to do with the cache.</summary>
internal enum UseOfCache
{
    /// <summary>Nothing: it is about what is on the disk.</summary>
    None,

    /// <summary>Small pieces are taken from it and left in it.</summary>
    Random,

    /// <summary>So are large ones, which were read ahead; its reader will not come back for them.</summary>
    Sequential,
}
