using System.Text;
using Cairn.Client;

namespace Cairn.Cli.Objects;

/// <summary>
/// Stores a directory tree: files, links as links, and empty directories. Many small files are in flight at once; of large ones only a few,
/// since each has its own pieces in flight.
/// </summary>
internal sealed class TreeUpload(PoolContext pool, string root, string prefix, int inFlight) : IDisposable
{
    private const int LargeInFlight = 3;

    private readonly SemaphoreSlim _large = new(LargeInFlight);

    public static FileStream Open(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.ReadWrite | FileShare.Delete,
        BufferSize = 0,
        Options = FileOptions.SequentialScan,
    });

    public long TotalBytes() => Entries().Sum(e => e is FileInfo { LinkTarget: null } file ? file.Length : 0);

    public Task RunAsync(TransferCount count, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            Entries(),
            new ParallelOptions { MaxDegreeOfParallelism = inFlight, CancellationToken = cancellationToken },
            async (entry, token) =>
            {
                await StoreAsync(entry, count, token);
                count.FileDone();
            });

    public void Dispose() => _large.Dispose();

    /// <summary>Everything but directories that hold something: those come back with what they hold.</summary>
    private IEnumerable<FileSystemInfo> Entries()
    {
        // Links are not followed: they could lead out of the tree, or in circles.
        EnumerationOptions everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };
        return new DirectoryInfo(root).EnumerateFileSystemInfos("*", everything)
            .Where(e => e is FileInfo || e.LinkTarget is not null || !Directory.EnumerateFileSystemEntries(e.FullName).Any());
    }

    private async Task StoreAsync(FileSystemInfo entry, TransferCount count, CancellationToken cancellationToken)
    {
        StripedObject stored = new(pool, prefix + Path.GetRelativePath(root, entry.FullName));
        if (entry.LinkTarget is { } target)
        {
            using MemoryStream text = new(Encoding.UTF8.GetBytes(target));
            await stored.WriteAsync(text, FileKind.SymbolicLink.ToXattrs(), count, cancellationToken);
        }
        else if (entry is DirectoryInfo)
        {
            await stored.WriteAsync(Stream.Null, FileKind.Directory(entry.UnixFileMode).ToXattrs(), count, cancellationToken);
        }
        else
        {
            await StoreFileAsync(entry, stored, count, cancellationToken);
        }
    }

    private async Task StoreFileAsync(FileSystemInfo entry, StripedObject stored, TransferCount count, CancellationToken cancellationToken)
    {
        await using FileStream file = Open(entry.FullName);
        bool isLarge = file.Length > StripedObject.ObjectSize;
        if (isLarge)
        {
            await _large.WaitAsync(cancellationToken);
        }

        try
        {
            await stored.WriteAsync(file, FileKind.RegularFile(entry.UnixFileMode).ToXattrs(), count, cancellationToken);
        }
        finally
        {
            if (isLarge)
            {
                _large.Release();
            }
        }
    }
}
