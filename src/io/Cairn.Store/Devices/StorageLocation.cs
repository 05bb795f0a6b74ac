using Cairn.Store.Layout;

namespace Cairn.Store.Devices;

/// <summary>
/// Where the store of a data directory is: on its <c>block</c>, which is a file there or a link to a block device, or, without one, in files of its own.
/// </summary>
internal static class StorageLocation
{
    public const string BlockName = "block";

    /// <summary>The name of a file until there is a store in it.</summary>
    private const string UnfinishedName = "block.new";

    private const long RoomBytesMin = 64 << 20;

    /// <summary>Makes an empty place for a store.</summary>
    /// <exception cref="StoreFormatException">There is a store, or the device has something else.</exception>
    public static IBlockStorage Create(string directory, StoreOptions options)
    {
        Directory.CreateDirectory(directory);
        string block = Path.Combine(directory, BlockName);
        if (File.Exists(Path.Combine(directory, Superblock.Name)) || new FileInfo(block) is { Exists: true } or { LinkTarget: not null })
        {
            throw new StoreFormatException($"{directory} has a store already; mkfs will not overwrite it");
        }

        return options switch
        {
            { BlockDevice: { } device } => CreateOn(device, block),
            { SeparateFiles: true } => new DirectoryStorage(directory),
            _ => CreateIn(Path.Combine(directory, UnfinishedName), options.CapacityBytes),
        };
    }

    /// <summary>What <see cref="Create"/> made holds a store now: a mkfs cut off before can be run again.</summary>
    public static void Finish(string directory)
    {
        string unfinished = Path.Combine(directory, UnfinishedName);
        if (File.Exists(unfinished))
        {
            File.Move(unfinished, Path.Combine(directory, BlockName));
            Posix.SyncDirectory(directory);
        }
    }

    /// <exception cref="StoreFormatException">There is no store.</exception>
    /// <exception cref="StoreInUseException">Another process has it open.</exception>
    public static IBlockStorage Open(string directory)
    {
        string block = Path.Combine(directory, BlockName);
        if (new FileInfo(block) is { Exists: true } or { LinkTarget: not null })
        {
            var raw = new RawDevice(block);
            try
            {
                return new DeviceStorage(raw);
            }
            catch
            {
                raw.Dispose();
                throw;
            }
        }

        return File.Exists(Path.Combine(directory, Superblock.Name))
            ? new DirectoryStorage(directory)
            : throw new StoreFormatException($"{directory} has no store: run mkfs first");
    }

    private static DeviceStorage CreateOn(string device, string link)
    {
        var raw = new RawDevice(device);
        try
        {
            RequireEmpty(raw);
            DeviceStorage.Format(raw);
            File.CreateSymbolicLink(link, Path.GetFullPath(device));
            Posix.SyncDirectory(Path.GetDirectoryName(link)!);
            return new DeviceStorage(raw);
        }
        catch
        {
            raw.Dispose();
            throw;
        }
    }

    /// <summary>A sparse file: what it may hold beyond the capacity is for spare WAL files, index runs being merged, and the index's scratch.</summary>
    private static DeviceStorage CreateIn(string file, long capacity)
    {
        using (FileStream stream = File.Create(file))
        {
            stream.SetLength(AlignedBuffer.RoundUp(capacity + (capacity / 8) + RoomBytesMin));
        }

        var raw = new RawDevice(file);
        try
        {
            DeviceStorage.Format(raw);
            return new DeviceStorage(raw);
        }
        catch
        {
            raw.Dispose();
            throw;
        }
    }

    /// <summary>Every file system and partition table has something at the front.</summary>
    private static void RequireEmpty(RawDevice device)
    {
        using var front = new AlignedBuffer((int)Math.Min(device.Length, 1 << 20) & -IBlockFile.BlockSize);
        device.Read(0, front.Span);
        if (front.Span.ContainsAnyExcept((byte)0))
        {
            throw new StoreFormatException($"{device.Name} is not empty: a store, a file system or a partition table. Zero its first MiB to give it up");
        }
    }
}
