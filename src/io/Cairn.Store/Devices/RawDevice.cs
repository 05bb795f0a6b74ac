using Microsoft.Win32.SafeHandles;

namespace Cairn.Store.Devices;

/// <summary>
/// A block device, or a plain file that stands for one: direct I/O, and nobody else's as long as it is open. Blocks of <see cref="IBlockFile.BlockSize"/>
/// serve every device whose logical block is no larger. A file may be sparse: it takes space as that is allocated.
/// </summary>
internal sealed class RawDevice : IBlockFile
{
    private readonly SafeFileHandle _handle;
    private readonly DirectoryFile _file;
    private readonly bool _isPlainFile;

    /// <exception cref="StoreInUseException">Another process has it, or it is mounted.</exception>
    /// <exception cref="StoreFormatException">Its blocks are larger than ours.</exception>
    public RawDevice(string path)
    {
        _handle = OpenHandle(path);
        _file = new DirectoryFile(path, _handle);
        try
        {
            // A block device opened exclusively needs no lock besides, and udev's, taken when it looks at a device anew, would be in the way.
            if (Posix.LogicalBlockSize(_handle) is { } block)
            {
                RequireBlocks(path, block);
            }
            else if (!Posix.TryLock(_handle, path))
            {
                throw new StoreInUseException($"{path} is in use by another process, which holds its lock");
            }
            else
            {
                _isPlainFile = true;
            }

            Length = Posix.Length(_handle, path);
        }
        catch
        {
            _handle.Dispose();
            throw;
        }
    }

    public string Name => _file.Name;

    public long Length { get; }

    public void Allocate(long offset, long length)
    {
        RequireWithin(offset + length);
        if (_isPlainFile)
        {
            _file.Allocate(offset, length);
        }
    }

    public void Read(long offset, Span<byte> buffer) => _file.Read(offset, buffer);

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        RequireWithin(offset + data.Length);
        _file.Write(offset, data);
    }

    public void Write(long offset, ReadOnlySpan<BlockPiece> pieces)
    {
        long end = offset;
        foreach (BlockPiece piece in pieces)
        {
            end += piece.Length;
        }

        RequireWithin(end);
        _file.Write(offset, pieces);
    }

    public void Sync() => _file.Sync();

    public void Dispose() => _file.Dispose();

    private void RequireWithin(long end)
    {
        if (end > Length)
        {
            throw new DiskFullException($"{Name} has {Length} bytes");
        }
    }

    private static void RequireBlocks(string path, int logicalBlock)
    {
        if (logicalBlock > IBlockFile.BlockSize || IBlockFile.BlockSize % logicalBlock != 0)
        {
            throw new StoreFormatException($"{path} has logical blocks of {logicalBlock} bytes; the store writes {IBlockFile.BlockSize}");
        }
    }

    private static SafeFileHandle OpenHandle(string path)
    {
        int flags = Posix.ReadWrite | Posix.Exclusive;
        SafeFileHandle? handle = Posix.TryOpen(path, flags | Posix.Direct, out int error);
        if (handle is null && error == Posix.InvalidArgument)
        {
            handle = Posix.TryOpen(path, flags, out error); // A plain file where the file system has no direct I/O.
        }

        return handle ?? throw (error == Posix.Busy
            ? new StoreInUseException($"{path} is mounted, or another program has it")
            : Posix.Failure("open", path, error));
    }
}
