namespace Cairn.Store;

/// <summary>How one store is laid out and how much memory it takes. Section <c>[osd]</c>.</summary>
public sealed record StoreOptions
{
    /// <summary><c>osd_store_size</c>: bytes the store may use. Fixed at mkfs.</summary>
    public long CapacityBytes { get; init; } = 10L << 30;

    /// <summary><c>osd_store_block</c>: the block device to make the store on, whole; null makes it in one sparse file of the data directory. Read by mkfs only.</summary>
    public string? BlockDevice { get; init; }

    /// <summary>
    /// <c>osd_store_separate_files</c>: without a block device, WAL, segments and index are files of their own, as in stores made before there was a choice.
    /// A large write then takes two syncs, one of its data and one of the WAL. Read by mkfs only.
    /// </summary>
    public bool SeparateFiles { get; init; }

    /// <summary>
    /// Bytes of one data segment, a power of two; 0 chooses by capacity. Fixed at mkfs. Small segments are cleaned in small steps,
    /// large ones make fewer files: a 256th of the capacity, within 1 and 32 MiB. Some ten of them are always idle or half full.
    /// </summary>
    public int SegmentBytes { get; init; }

    /// <summary>Bytes of one WAL file; 0 chooses by capacity. Fixed at mkfs. A record fits in half of it.</summary>
    public int WalFileBytes { get; init; }

    /// <summary>WAL written since the last checkpoint that starts the next: bounds the replay after a crash to about a second.</summary>
    public long WalBytesMax { get; init; } = 256L << 20;

    /// <summary>
    /// Idle time after which the WAL's last batch is sealed by an empty one. Until then its damage cannot be told from a torn write. Ten
    /// seals a second at most cost a disk nothing.
    /// </summary>
    public TimeSpan WalSealAfter { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Writes of at least this many bytes go to a segment first and the WAL only names them. Measured: 4 MiB through a log runs at a seventh of the disk.</summary>
    public int BulkBytesMin { get; init; } = 64 << 10;

    /// <summary>Memory for small writes, held until their data is moved from the WAL to segments. Submit waits above it.</summary>
    public long StagedBytesMax { get; init; } = 48L << 20;

    /// <summary>Bytes submitted and not durable yet. Submit waits above it.</summary>
    public long InFlightBytesMax { get; init; } = 64L << 20;

    /// <summary>Transactions submitted and not durable yet. Submit waits above it.</summary>
    public int InFlightTransactionsMax { get; init; } = 4096;

    /// <summary>Memory for answers to large reads, in use and idle, above which none is kept for the next.</summary>
    public long ReadBytesMax { get; init; } = 32L << 20;

    /// <summary>Whose arrays answer large reads; null: the store has its own, within <see cref="ReadBytesMax"/>.</summary>
    public IReadArrays? ReadArrays { get; init; }

    /// <summary>Data read or moved recently, kept in memory.</summary>
    public long CacheBytesMax { get; init; } = 64L << 20;

    /// <summary>How far ahead of a sequential reader the disk is read, at most; below 128 KiB not at all. A sixteenth of the cache bounds it too.</summary>
    public int ReadaheadBytesMax { get; init; } = 1 << 20;

    /// <summary>The index's records in memory; the rest is on disk.</summary>
    public long IndexMemoryBytes { get; init; } = 64L << 20;

    /// <summary>For a process that opens many stores with these options, one after the other; null otherwise.</summary>
    internal Index.IndexPool? IndexPool { get; init; }

    /// <summary>Decoded onodes kept.</summary>
    public int OnodesCached { get; init; } = 16 << 10;

    /// <summary>
    /// Part of the space that data may not fill, so that removing and metadata still work and cleaning stays cheap. Measured, random 4 KiB
    /// overwrites of a store 80 % full: with 0.05 3.4 bytes written for each, with 0.1 3.1, with 0.15 2.9.
    /// </summary>
    public double ReserveRatio { get; init; } = 0.15;

    /// <summary>
    /// Divides a process's memory target: an eighth each for the index and for data in flight, a 16th for staged data with its spare arrays and for
    /// answers to large reads, a 32nd for aligned copies, onodes by number. They are bounds, seldom all reached at once. The cache begins with an eighth;
    /// its owner gives it what all else leaves (<see cref="ObjectStore.BoundCache"/>). Beside them are the network's buffers, in which data in flight is, the
    /// PGs, the program, garbage, and what grows with the objects (about 20 bytes each).
    /// </summary>
    public StoreOptions WithMemoryTarget(long bytes) => this with
    {
        CacheBytesMax = bytes / 8,
        IndexMemoryBytes = bytes / 8,
        InFlightBytesMax = bytes / 8,
        StagedBytesMax = bytes / 16,
        ReadBytesMax = bytes / 16,
        OnodesCached = (int)Math.Min(bytes / (10 << 10), 1 << 20),
    };
}
