using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cairn.Store.Devices;

namespace Cairn.Store.Tests.Faults;

internal sealed class FaultFile(FaultStorage storage, string name, FaultInode inode) : IBlockFile
{
    public string Name => name;

    public long Length => inode.Length;

    public void Allocate(long offset, long length)
    {
        storage.Fault?.Invoke(DiskCall.Allocate, name);
        int end = (int)(offset + length);
        if (end > inode.Length)
        {
            inode.Grow(end);
            storage.Record(new WriteEvent(inode, end, []));
        }
    }

    public void Read(long offset, Span<byte> buffer)
    {
        RequireAligned(offset, buffer);
        storage.Fault?.Invoke(DiskCall.Read, name);
        if (offset + buffer.Length > inode.Length)
        {
            throw new EndOfStreamException(name);
        }

        inode.Read(offset, buffer);
    }

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        RequireAligned(offset, data);
        try
        {
            storage.Fault?.Invoke(DiskCall.Write, name);
        }
        catch (ShortWriteException)
        {
            Put(offset, data[..(data.Length / 2)]);
            throw;
        }

        Put(offset, data);
    }

    public void Sync()
    {
        storage.Fault?.Invoke(DiskCall.Sync, name);
        if (storage.Honest)
        {
            storage.Record(new SyncEvent(inode));
        }
    }

    public void Dispose()
    {
    }

    private void Put(long offset, ReadOnlySpan<byte> data)
    {
        inode.Write(offset, data);
        storage.Record(new WriteEvent(inode, (int)offset, data.ToArray()));
    }

    /// <summary>What O_DIRECT would refuse is refused here too.</summary>
    private static void RequireAligned(long offset, ReadOnlySpan<byte> memory)
    {
        Assert.Equal(0, offset % IBlockFile.BlockSize);
        Assert.Equal(0, memory.Length % IBlockFile.BlockSize);
        unsafe
        {
            Assert.Equal(0, (long)(nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory)) % IBlockFile.BlockSize);
        }
    }
}
