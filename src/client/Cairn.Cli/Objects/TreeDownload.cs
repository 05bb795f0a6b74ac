using System.Collections.Concurrent;
using Cairn.Cli.Shell;
using Cairn.Client;
using Cairn.Objects;

namespace Cairn.Cli.Objects;

/// <summary>
/// Fetches objects as a tree of files. Names come from whoever may write the pool, so none may lead out of the tree: not by "..", and not
/// through a symbolic link, which is why links are made last and no directory on the way may be one.
/// </summary>
internal sealed class TreeDownload(PoolContext pool, string root, string prefix, int inFlight)
{
    private readonly string _root = Path.GetFullPath(root);
    private readonly TreeFolders _folders = new(Path.GetFullPath(root));
    private readonly ConcurrentBag<(string Path, string Target)> _links = [];

    public async Task RunAsync(TransferCount count, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_root);
        await Parallel.ForEachAsync(
            WantedAsync(cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = inFlight, CancellationToken = cancellationToken },
            async (name, token) =>
            {
                string path = PathOf(_root, name[prefix.Length..]);
                _folders.Prepare(Path.GetDirectoryName(path)!);
                if (await ReceivedFile.ReceiveAsync(new StripedObject(pool, name), path, count, token) is { } target)
                {
                    _links.Add((path, target));
                }

                count.FileDone();
            });
        foreach ((string path, string target) in _links)
        {
            File.Delete(path);
            File.CreateSymbolicLink(path, target);
        }
    }

    /// <exception cref="CliException">The name is no path below the root.</exception>
    internal static string PathOf(string root, string name)
    {
        bool isSafe = name.Length > 0 && !name.Contains('\0', StringComparison.Ordinal) && name.Split('/').All(part => part is not ("" or "." or ".."));
        return isSafe ? Path.Combine(root, name) : throw new CliException($"object '{name}' can't be a file below {root}: fetch it by its name");
    }

    private async IAsyncEnumerable<string> WantedAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ObjectId found in pool.ListObjectsAsync(cancellationToken))
        {
            if (found.Name.StartsWith(prefix, StringComparison.Ordinal))
            {
                yield return found.Name;
            }
        }
    }
}
