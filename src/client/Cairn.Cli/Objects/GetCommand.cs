using System.CommandLine;
using Cairn.Cli.Shell;
using Cairn.Client;

namespace Cairn.Cli.Objects;

/// <summary>`cairn get`: objects back into files, standard output or a whole tree.</summary>
internal static class GetCommand
{
    public static Command Create()
    {
        Argument<string> name = new("name") { Description = "The object; with -r, the directory to fill." };
        Argument<string?> target = new("file") { Description = "The file; '-' is standard output. Else named as the object.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> recursive = new("--recursive", "-r") { Description = "All objects, or those that begin with --prefix, as a tree of files." };
        Command command = new("get", "Fetches an object into a file or standard output, or a whole tree.")
        {
            name, target, recursive, ObjectOptions.Pool, ObjectOptions.Namespace, ObjectOptions.Prefix, ObjectOptions.InFlight,
        };
        return command.Runs((cli, cancellationToken) => ObjectOptions.WithPoolAsync(
            cli,
            pool =>
            {
                string prefix = cli.Get(ObjectOptions.Prefix)!;
                if (cli.Get(recursive))
                {
                    return cli.Get(target) is null
                        ? GetTreeAsync(cli, pool, cli.Get(name), prefix, cancellationToken)
                        : throw new CliException("with -r there is one argument: the directory to fill", ExitCode.Usage);
                }

                string wanted = prefix + cli.Get(name);
                string path = cli.Get(target) ?? Path.GetFileName(wanted);
                return path == "-" ? GetToOutputAsync(pool, wanted, cancellationToken) : GetFileAsync(cli, pool, wanted, path, cancellationToken);
            },
            cancellationToken));
    }

    private static async Task GetToOutputAsync(PoolContext pool, string name, CancellationToken cancellationToken)
    {
        await using Stream output = Console.OpenStandardOutput();
        await new StripedObject(pool, name).ReadAsync(output, null, cancellationToken);
    }

    private static async Task GetFileAsync(Invocation cli, PoolContext pool, string name, string path, CancellationToken cancellationToken)
    {
        if (path.Length == 0 || Directory.Exists(path))
        {
            throw new CliException($"'{path}' is a directory: name the file");
        }

        StripedInfo info = await new StripedObject(pool, name).StatAsync(cancellationToken);
        TransferView view = await TransferProgress.RunAsync(cli, name, info.Size, async count =>
        {
            await ReceivedFile.ReceiveAsync(new StripedObject(pool, name), path, count, cancellationToken);
            count.FileDone();
        });
        Show(cli, view);
    }

    private static async Task GetTreeAsync(Invocation cli, PoolContext pool, string folder, string prefix, CancellationToken cancellationToken)
    {
        TreeDownload download = new(pool, folder, prefix, cli.Get(ObjectOptions.InFlight));
        Show(cli, await TransferProgress.RunAsync(cli, folder, null, count => download.RunAsync(count, cancellationToken)));
    }

    private static void Show(Invocation cli, TransferView view) => cli.Show(view, output => output.WriteLine($"fetched {view.Sentence}"));
}
