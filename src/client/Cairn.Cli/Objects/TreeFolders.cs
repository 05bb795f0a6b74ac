using System.Collections.Concurrent;
using Cairn.Cli.Shell;

namespace Cairn.Cli.Objects;

/// <summary>The directories of a tree that is being fetched: made when first needed, by many at once, and never a symbolic link.</summary>
internal sealed class TreeFolders(string root)
{
    private readonly ConcurrentDictionary<string, bool> _prepared = new();

    /// <exception cref="CliException">A directory on the way is a symbolic link.</exception>
    public void Prepare(string folder)
    {
        if (folder == root || _prepared.ContainsKey(folder))
        {
            return;
        }

        Prepare(Path.GetDirectoryName(folder)!);
        if (Directory.CreateDirectory(folder).LinkTarget is not null)
        {
            throw new CliException($"{folder} is a symbolic link: nothing is written through it");
        }

        // Only now: who finds it here goes on to write in it.
        _prepared.TryAdd(folder, true);
    }
}
