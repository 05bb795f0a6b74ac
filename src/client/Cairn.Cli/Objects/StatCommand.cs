using System.CommandLine;
using Cairn.Cli.Shell;
using Cairn.Client;

namespace Cairn.Cli.Objects;

/// <summary>`cairn stat`.</summary>
internal static class StatCommand
{
    public static Command Create()
    {
        Argument<string> name = new("name") { Description = "The object." };
        return new Command("stat", "Shows an object's size, time and attributes.") { name, ObjectOptions.Pool, ObjectOptions.Namespace }.Runs((cli, cancellationToken) =>
            ObjectOptions.WithPoolAsync(
                cli,
                async pool =>
                {
                    ObjectView view = ObjectView.Of(cli.Get(name), pool.Namespace, await new StripedObject(pool, cli.Get(name)).StatAsync(cancellationToken));
                    cli.Show(view, output =>
                    {
                        output.WriteLine($"{pool.PoolName}/{view.FullName}");
                        output.WriteLine($"  size     {view.Size} bytes{(view.Objects > 1 ? $", striped over {view.Objects} objects" : "")}");
                        output.WriteLine($"  modified {Units.Timestamp(view.ModifiedUnixMs ?? 0)}");
                        output.WriteLine($"  version  {view.Version}");
                        if (view.Xattrs is { Length: > 0 })
                        {
                            output.WriteLine($"  xattrs   {string.Join(' ', view.Xattrs)}{(view.Mode is null ? "" : $" (file mode {view.Mode})")}");
                        }
                    });
                },
                cancellationToken));
    }
}
