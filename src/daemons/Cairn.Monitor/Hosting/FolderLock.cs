namespace Cairn.Monitor.Hosting;

/// <summary>Keeps a second process out of the folder: two Raft logs in one would destroy both.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <exception cref="StartException">Another process has it.</exception>
    public static FolderLock Take(string directory)
    {
        try
        {
            return new FolderLock(new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw new StartException($"{directory} is in use by another process: {e.Message}");
        }
    }

    public void Dispose() => _file.Dispose();
}
