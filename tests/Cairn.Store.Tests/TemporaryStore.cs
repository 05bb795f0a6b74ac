namespace Cairn.Store.Tests;

/// <summary>A directory for one store, gone afterwards.</summary>
internal sealed class TemporaryStore : IDisposable
{
    public static readonly StoreIdentity Identity = new(Guid.Parse("11111111-2222-3333-4444-555555555555"), Guid.Parse("66666666-7777-8888-9999-aaaaaaaaaaaa"), 3);

    /// <summary>Small everything, so that segments fill, files roll and checkpoints happen within a short test.</summary>
    public static readonly StoreOptions Small = new()
    {
        CapacityBytes = 64 << 20,
        SegmentBytes = 512 << 10,
        WalFileBytes = 1 << 20,
        WalBytesMax = 4 << 20,
        StagedBytesMax = 1 << 20,
        CacheBytesMax = 1 << 20,
        OnodesCached = 8,
    };

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("cairn-store-").FullName;

    public TemporaryStore(StoreOptions? options = null) => ObjectStore.Create(Directory, Identity, options ?? Small);

    public Task<ObjectStore> OpenAsync(StoreOptions? options = null) => ObjectStore.OpenAsync(Directory, options ?? Small, CancellationToken.None);

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
