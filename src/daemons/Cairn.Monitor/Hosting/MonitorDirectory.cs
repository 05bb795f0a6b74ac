using Cairn.Messaging;

namespace Cairn.Monitor.Hosting;

/// <summary>A monitor's folder: whose it is, so that it can't be taken for another's, and its Raft log and snapshots.</summary>
internal static class MonitorDirectory
{
    private const string FsidFile = "fsid";
    private const string NameFile = "name";

    /// <summary>Makes the folder of a new monitor.</summary>
    /// <exception cref="StartException">There is something in it already, or it can't be written.</exception>
    public static void Create(string path, Guid fsid, string name)
    {
        try
        {
            if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            {
                throw new StartException($"{path} is in use: it is not empty. Nothing was changed.");
            }

            Directory.CreateDirectory(path);
            Write(Path.Combine(path, NameFile), EntityName.Monitor(name).ToString());
            // Last: a folder with an fsid is whole.
            Write(Path.Combine(path, FsidFile), fsid.ToString());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"can't make {path}: {e.Message}");
        }
    }

    /// <summary>Checks that the folder is this monitor's, of this cluster.</summary>
    /// <exception cref="StartException">It is not.</exception>
    public static void Check(string path, Guid fsid, string name)
    {
        string fsidPath = Path.Combine(path, FsidFile);
        try
        {
            if (!File.Exists(fsidPath))
            {
                throw new StartException($"{path} is no monitor's folder: run cairn-mon mkfs --id {name} first");
            }

            string foundFsid = File.ReadAllText(fsidPath).Trim();
            if (foundFsid != fsid.ToString())
            {
                throw new StartException($"{path} belongs to cluster {foundFsid}, the configuration is of cluster {fsid}");
            }

            string foundName = File.ReadAllText(Path.Combine(path, NameFile)).Trim();
            if (foundName != EntityName.Monitor(name).ToString())
            {
                throw new StartException($"{path} belongs to {foundName}, not to mon.{name}");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"can't read {path}: {e.Message}");
        }
    }

    private static void Write(string path, string line)
    {
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write);
        file.Write(System.Text.Encoding.UTF8.GetBytes(line + "\n"));
        file.Flush(flushToDisk: true);
    }
}
