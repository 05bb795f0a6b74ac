using System.CommandLine;
using Cairn.Cli.Shell;
using Cairn.Client;

namespace Cairn.Cli.Objects;

/// <summary>`cairn put`: files, standard input or whole trees into a pool.</summary>
internal static class PutCommand
{
    public static Command Create()
    {
        Argument<string> source = new("file") { Description = "The file; '-' is standard input; with -r, a directory." };
        Argument<string?> name = new("name") { Description = "The object's name. Else the file's.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> recursive = new("--recursive", "-r") { Description = "A whole tree: each file is an object named by its path in it." };
        Command command = new("put", "Stores a file, standard input or a whole tree. Files of more than 4 MiB are striped over objects.")
        {
            source, name, recursive, ObjectOptions.Pool, ObjectOptions.Namespace, ObjectOptions.Prefix, ObjectOptions.InFlight,
        };
        return command.Runs((cli, cancellationToken) =>
        {
            string from = cli.Get(source);
            string? given = cli.Get(name);
            if (cli.Get(recursive))
            {
                return given is null
                    ? PutTreeAsync(cli, from, cancellationToken)
                    : throw new CliException("with -r objects are named after their files; --prefix puts something before", ExitCode.Usage);
            }

            string prefix = cli.Get(ObjectOptions.Prefix)!;
            return from == "-"
                ? PutInputAsync(cli, prefix + (given ?? throw new CliException("standard input needs a name for the object", ExitCode.Usage)), cancellationToken)
                : PutFileAsync(cli, from, prefix + (given ?? Path.GetFileName(from)), cancellationToken);
        });
    }

    private static Task PutInputAsync(Invocation cli, string name, CancellationToken cancellationToken) =>
        ObjectOptions.WithPoolAsync(
            cli,
            async pool =>
            {
                await using Stream input = Console.OpenStandardInput();
                TransferView view = await TransferProgress.RunAsync(cli, name, null, async count =>
                {
                    await new StripedObject(pool, name).WriteAsync(input, null, count, cancellationToken);
                    count.FileDone();
                });
                Show(cli, view);
            },
            cancellationToken);

    private static async Task PutFileAsync(Invocation cli, string path, string name, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            throw new CliException($"{path} is a directory: -r stores whole trees");
        }

        // Opened first: a file that is not there needs no cluster.
        await using FileStream file = TreeUpload.Open(path);
        await ObjectOptions.WithPoolAsync(
            cli,
            async pool =>
            {
                FileKind kind = FileKind.RegularFile(File.GetUnixFileMode(file.SafeFileHandle));
                TransferView view = await TransferProgress.RunAsync(cli, name, file.Length, async count =>
                {
                    await new StripedObject(pool, name).WriteAsync(file, kind.ToXattrs(), count, cancellationToken);
                    count.FileDone();
                });
                Show(cli, view);
            },
            cancellationToken);
    }

    private static Task PutTreeAsync(Invocation cli, string folder, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            throw new CliException(File.Exists(folder) ? $"{folder} is no directory: leave -r away" : $"there is no directory {folder}");
        }

        return ObjectOptions.WithPoolAsync(
            cli,
            async pool =>
            {
                using TreeUpload upload = new(pool, folder, cli.Get(ObjectOptions.Prefix)!, cli.Get(ObjectOptions.InFlight));
                TransferView view = await TransferProgress.RunAsync(
                    cli, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), upload.TotalBytes(), count => upload.RunAsync(count, cancellationToken));
                Show(cli, view);
            },
            cancellationToken);
    }

    private static void Show(Invocation cli, TransferView view) => cli.Show(view, output => output.WriteLine($"stored {view.Sentence}"));
}
