using System.CommandLine;
using Cairn.Cli.Shell;
using Cairn.Client;
using Cairn.Objects;

namespace Cairn.Cli.Objects;

/// <summary>`cairn rm`: objects by name, or all below a prefix.</summary>
internal static class RemoveCommand
{
    public static Command Create()
    {
        Argument<string[]> names = new("name") { Description = "Objects.", Arity = ArgumentArity.ZeroOrMore };
        Option<bool> recursive = new("--recursive", "-r") { Description = "All objects that begin with --prefix." };
        Command command = new("rm", "Removes objects.")
        {
            names, recursive, ObjectOptions.Pool, ObjectOptions.Namespace, ObjectOptions.Prefix, ObjectOptions.InFlight,
        };
        return command.Runs((cli, cancellationToken) =>
        {
            string prefix = cli.Get(ObjectOptions.Prefix)!;
            bool isTree = cli.Get(recursive);
            if (isTree ? prefix.Length == 0 || cli.Get(names).Length > 0 : cli.Get(names).Length == 0)
            {
                throw new CliException("name the objects, or give -r with a --prefix that is not empty", ExitCode.Usage);
            }

            return ObjectOptions.WithPoolAsync(
                cli,
                async pool =>
                {
                    IAsyncEnumerable<string> doomed = isTree ? BelowAsync(pool, prefix, cancellationToken) : cli.Get(names).Select(n => prefix + n).ToAsyncEnumerable();
                    int removed = 0;
                    await Parallel.ForEachAsync(
                        doomed,
                        new ParallelOptions { MaxDegreeOfParallelism = cli.Get(ObjectOptions.InFlight), CancellationToken = cancellationToken },
                        async (name, token) =>
                        {
                            await new StripedObject(pool, name).RemoveAsync(token);
                            Interlocked.Increment(ref removed);
                        });
                    RemovedView view = new(removed);
                    cli.Show(view, output => output.WriteLine(removed == 1 ? "removed 1 object" : $"removed {removed} objects"));
                },
                cancellationToken);
        });
    }

    private static async IAsyncEnumerable<string> BelowAsync(
        PoolContext pool, string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
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

internal sealed record RemovedView(int Removed);
