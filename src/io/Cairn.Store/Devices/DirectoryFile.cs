using Microsoft.Win32.SafeHandles;

namespace Cairn.Store.Devices;

internal sealed class DirectoryFile(string path, SafeFileHandle handle) : IBlockFile
{
    public string Name => path;

    public long Length => RandomAccess.GetLength(handle);

    public void Allocate(long offset, long length) => Posix.Allocate(handle, offset, length, path);

    public void Read(long offset, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int count = RandomAccess.Read(handle, buffer, offset);
            if (count == 0)
            {
                throw new EndOfStreamException($"{path} ends at {offset}");
            }

            offset += count;
            buffer = buffer[count..];
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        try
        {
            RandomAccess.Write(handle, data, offset);
        }
        catch (IOException e) when ((e.HResult & 0xffff) == Posix.NoSpace)
        {
            throw new DiskFullException($"write {path} at {offset}: no space left on the device");
        }
    }

    public void Write(long offset, ReadOnlySpan<BlockPiece> pieces)
    {
        while (!pieces.IsEmpty)
        {
            ReadOnlySpan<BlockPiece> some = pieces[..Math.Min(pieces.Length, Posix.PiecesMax)];
            bool isWhole = some.Length > 1 && Posix.TryWrite(handle, offset, some, path);
            foreach (BlockPiece piece in some)
            {
                // What the kernel cut short is written once more, piece by piece: the same bytes at the same place.
                if (!isWhole)
                {
                    Write(offset, piece.Bytes);
                }

                offset += piece.Length;
            }

            pieces = pieces[some.Length..];
        }
    }

    public void Sync() => Posix.DataSync(handle, path);

    public void Dispose() => handle.Dispose();
}
