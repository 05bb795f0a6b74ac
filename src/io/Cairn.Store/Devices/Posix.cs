using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cairn.Store.Devices;

/// <summary>The few system calls .NET has no name for: direct I/O, fdatasync, fsync of a directory, flock, memory by the page.</summary>
internal static partial class Posix
{
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int CloseOnExec = 0x80000;

    /// <summary>Without <see cref="Create"/>, of a block device: refused while it is mounted or another has it so.</summary>
    public const int Exclusive = 0x80;

    public const int NoSpace = 28;
    public const int InvalidArgument = 22;
    public const int WouldBlock = 11;
    public const int Busy = 16;

    /// <summary><c>O_DIRECT</c> and <c>O_DIRECTORY</c> are among the flags that differ by architecture.</summary>
    public static readonly int Direct = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x10000 : 0x4000;

    /// <summary>What one write gathers at most; the kernel takes 1024 (<c>UIO_MAXIOV</c>).</summary>
    public const int PiecesMax = 256;

    private const int Interrupted = 4;
    private const int LockExclusiveNonBlocking = 2 | 4;
    private const int ReadableWritable = 1 | 2;
    private const int PrivateAnonymous = 0x02 | 0x20;
    private const int SeekEnd = 2;
    private const nuint GetLogicalBlockSize = 0x1268; // BLKSSZGET

    public static SafeFileHandle? TryOpen(string path, int flags, out int error)
    {
        int descriptor = open(path, flags | CloseOnExec, 0x1A4 /* rw-r--r-- */);
        error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <returns>False if it wrote less than all of it.</returns>
    public static unsafe bool TryWrite(SafeFileHandle file, long offset, ReadOnlySpan<BlockPiece> pieces, string name)
    {
        long length = 0;
        foreach (BlockPiece piece in pieces)
        {
            length += piece.Length;
        }

        fixed (BlockPiece* start = pieces)
        {
            nint written = pwritev(file, start, pieces.Length, offset);
            return written >= 0 || Marshal.GetLastPInvokeError() == Interrupted ? written == length : throw Failure("write", name);
        }
    }

    public static void DataSync(SafeFileHandle file, string name)
    {
        if (fdatasync(file) != 0)
        {
            throw Failure("fdatasync", name);
        }
    }

    public static void SyncDirectory(string path)
    {
        using SafeFileHandle directory = TryOpen(path, 0, out int error) ?? throw Failure("open", path, error);
        if (fsync(directory) != 0)
        {
            throw Failure("fsync", path);
        }
    }

    public static void Allocate(SafeFileHandle file, long offset, long length, string name)
    {
        // posix_fallocate returns the error instead of setting errno.
        int error = posix_fallocate(file, offset, length);
        if (error != 0)
        {
            throw Failure("fallocate", name, error);
        }
    }

    /// <returns>False if another process holds the lock.</returns>
    public static bool TryLock(SafeFileHandle file, string name)
    {
        if (flock(file, LockExclusiveNonBlocking) == 0)
        {
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        return error == WouldBlock ? false : throw Failure("flock", name, error);
    }

    /// <summary>Bytes of a file or a block device.</summary>
    public static long Length(SafeFileHandle file, string name)
    {
        long length = lseek(file, 0, SeekEnd);
        return length >= 0 ? length : throw Failure("lseek", name);
    }

    /// <returns>The block size that direct I/O to a block device keeps to; null if it is none.</returns>
    public static int? LogicalBlockSize(SafeFileHandle file) => ioctl(file, GetLogicalBlockSize, out int size) == 0 ? size : null;

    /// <summary>Zeroed memory of whole pages, of its own: what is unmapped is the kernel's again at once, which the allocator does not promise.</summary>
    /// <exception cref="OutOfMemoryException">The kernel has none.</exception>
    public static unsafe byte* Map(int length)
    {
        nint start = mmap(0, (nuint)length, ReadableWritable, PrivateAnonymous, -1, 0);
        return start != -1 ? (byte*)start : throw new OutOfMemoryException($"mmap of {length} bytes failed (errno {Marshal.GetLastPInvokeError()})");
    }

    public static unsafe void Unmap(byte* start, int length) => _ = munmap((nint)start, (nuint)length);

    public static IOException Failure(string call, string name, int? error = null)
    {
        int code = error ?? Marshal.GetLastPInvokeError();
        return code == NoSpace
            ? new DiskFullException($"{call} {name}: no space left on the device")
            : new IOException($"{call} {name}: {Marshal.GetPInvokeErrorMessage(code)} (errno {code})");
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint pwritev(SafeFileHandle file, BlockPiece* pieces, int count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);

    [LibraryImport("libc")]
    private static partial int posix_fallocate(SafeFileHandle file, long offset, long length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long lseek(SafeFileHandle file, long offset, int whence);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int munmap(nint address, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(SafeFileHandle file, nuint request, out int result);
}
