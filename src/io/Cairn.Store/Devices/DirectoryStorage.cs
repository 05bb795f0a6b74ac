using Microsoft.Win32.SafeHandles;

namespace Cairn.Store.Devices;

/// <summary>A store's files in a directory: direct I/O and <c>fdatasync</c>, buffered where the file system refuses <c>O_DIRECT</c> (tmpfs).</summary>
internal sealed class DirectoryStorage : IBlockStorage
{
    private const string LockName = "lock";
    private readonly string _root;
    private readonly SafeFileHandle _lock;
    private volatile bool _direct = true;

    /// <summary>Takes the directory's lock.</summary>
    /// <exception cref="StoreInUseException">Another process has the store open.</exception>
    public DirectoryStorage(string root)
    {
        _root = root;
        string path = Path.Combine(root, LockName);
        _lock = Posix.TryOpen(path, Posix.ReadWrite | Posix.Create, out int error) ?? throw Posix.Failure("open", path, error);
        if (!Posix.TryLock(_lock, path))
        {
            _lock.Dispose();
            throw new StoreInUseException($"{root} is in use by another process, which holds the lock on {path}");
        }
    }

    public bool Exists(string name) => File.Exists(PathOf(name));

    public IBlockFile Open(string name, bool create)
    {
        string path = PathOf(name);
        if (create)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }

        int flags = Posix.ReadWrite | (create ? Posix.Create : 0);
        SafeFileHandle? handle = null;
        int error = 0;
        if (_direct)
        {
            handle = Posix.TryOpen(path, flags | Posix.Direct, out error);
            if (handle is null && error == Posix.InvalidArgument)
            {
                _direct = false;
            }
        }

        if (!_direct)
        {
            handle = Posix.TryOpen(path, flags, out error);
        }

        if (handle is null)
        {
            throw File.Exists(path) || create ? Posix.Failure("open", path, error) : new FileNotFoundException($"{path} is missing", path);
        }

        return new DirectoryFile(path, handle);
    }

    public void Delete(string name) => File.Delete(PathOf(name));

    public void Rename(string from, string to) => File.Move(PathOf(from), PathOf(to), overwrite: true);

    public IReadOnlyList<string> List(string directory)
    {
        string path = PathOf(directory);
        return Directory.Exists(path)
            ? [.. Directory.EnumerateFiles(path).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)]
            : [];
    }

    public void SyncDirectory(string directory) => Posix.SyncDirectory(PathOf(directory));

    public void Dispose() => _lock.Dispose();

    private string PathOf(string name) => name.Length == 0 ? _root : Path.Combine(_root, name);
}
