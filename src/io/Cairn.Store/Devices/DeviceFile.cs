namespace Cairn.Store.Devices;

/// <summary>A file in the units of a raw device.</summary>
internal sealed class DeviceFile(DeviceStorage storage, string name, DeviceInode inode) : IBlockFile
{
    public string Name => $"{storage.DeviceName}:{name}";

    public long Length => inode.Length;

    public void Allocate(long offset, long length) => storage.Grow(inode, offset + length, name);

    public void Read(long offset, Span<byte> buffer)
    {
        if (offset + buffer.Length > Length)
        {
            throw new EndOfStreamException($"{Name} ends at {Length}");
        }

        while (!buffer.IsEmpty)
        {
            (long at, int count) = storage.Place(inode, offset, buffer.Length);
            storage.Device.Read(at, buffer[..count]);
            offset += count;
            buffer = buffer[count..];
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        storage.Grow(inode, offset + data.Length, name);
        while (!data.IsEmpty)
        {
            (long at, int count) = storage.Place(inode, offset, data.Length);
            storage.Device.Write(at, data[..count]);
            offset += count;
            data = data[count..];
        }
    }

    public void Write(long offset, ReadOnlySpan<BlockPiece> pieces)
    {
        int length = 0;
        foreach (BlockPiece piece in pieces)
        {
            length += piece.Length;
        }

        storage.Grow(inode, offset + length, name);
        (long at, int count) = storage.Place(inode, offset, length);
        if (count == length)
        {
            storage.Device.Write(at, pieces);
            return;
        }

        foreach (BlockPiece piece in pieces)
        {
            Write(offset, piece.Bytes);
            offset += piece.Length;
        }
    }

    public void Sync()
    {
        storage.Device.Sync();
        storage.SyncIfChanged(inode);
    }

    public void Dispose()
    {
    }
}
