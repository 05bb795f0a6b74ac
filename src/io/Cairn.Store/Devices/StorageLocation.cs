using Cairn.Store.Layout;

namespace Cairn.Store.Devices;

/// <summary>
/// Where the store of a data directory is: in files there, or, if the directory has a <c>block</c> (mostly a link to a block device), on that.
/// </summary>
internal static class StorageLocation
{
    public const string BlockName = "block";

    /// <summary>Makes an empty place for a store.</summary>
    /// <param name="device">Null: files in the directory.</param>
    /// <exception cref="StoreFormatException">There is a store, or the device has something else.</exception>
    public static IBlockStorage Create(string directory, string? device)
    {
        Directory.CreateDirectory(directory);
        string block = Path.Combine(directory, BlockName);
        if (File.Exists(Path.Combine(directory, Superblock.Name)) || new FileInfo(block) is { Exists: true } or { LinkTarget: not null })
        {
            throw new StoreFormatException($"{directory} has a store already; mkfs will not overwrite it");
        }

        if (device is null)
        {
            return new DirectoryStorage(directory);
        }

        var raw = new RawDevice(device);
        try
        {
            RequireEmpty(raw);
            DeviceStorage.Format(raw);
            File.CreateSymbolicLink(block, Path.GetFullPath(device));
            Posix.SyncDirectory(directory);
            return new DeviceStorage(raw);
        }
        catch
        {
            raw.Dispose();
            throw;
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
