using System.CommandLine;
using System.Globalization;
using Cairn.Cli.Shell;
using Cairn.Client;
using Cairn.Objects;

namespace Cairn.Cli.Objects;

/// <summary>`cairn ls`: the objects of a pool, PG by PG and so in no order; `| sort` sorts.</summary>
internal static class ListCommand
{
    private const int StatsInFlight = 64;

    public static Command Create()
    {
        Option<bool> detail = new("--long", "-l") { Description = "With size, time and mode." };
        Option<bool> all = new("--all") { Description = "Objects of all namespaces, the pieces of striped files too." };
        Command command = new("ls", "Lists the objects of a pool.") { detail, all, ObjectOptions.Pool, ObjectOptions.Namespace, ObjectOptions.Prefix };
        return command.Runs((cli, cancellationToken) => ObjectOptions.WithPoolAsync(
            cli,
            async pool =>
            {
                string prefix = cli.Get(ObjectOptions.Prefix)!;
                List<ObjectView> shown = [];
                IAsyncEnumerable<ObjectId> found = (cli.Get(all) ? pool.ListAllObjectsAsync(cancellationToken) : pool.ListObjectsAsync(cancellationToken))
                    .Where(o => o.Name.StartsWith(prefix, StringComparison.Ordinal));
                // To look at an object is a round trip to its primary.
                IAsyncEnumerable<ObjectView?> views = found.SelectPipelinedAsync(
                    StatsInFlight,
                    o => cli.Get(detail) ? StatAsync(pool.WithNamespace(o.Namespace), o, cancellationToken) : Task.FromResult<ObjectView?>(ObjectView.Of(o)));
                await foreach (ObjectView? view in views)
                {
                    if (view is not null && cli.IsJson)
                    {
                        shown.Add(view);
                    }
                    else if (view is not null)
                    {
                        cli.Output.WriteLine(cli.Get(detail) ? Line(view) : view.FullName);
                    }
                }

                if (cli.IsJson)
                {
                    cli.ShowJson<IReadOnlyList<ObjectView>>(shown);
                }
            },
            cancellationToken));
    }

    /// <returns>Null if it was removed meanwhile.</returns>
    private static async Task<ObjectView?> StatAsync(PoolContext pool, ObjectId found, CancellationToken cancellationToken)
    {
        try
        {
            return ObjectView.Of(found, await new StripedObject(pool, found.Name).StatAsync(cancellationToken));
        }
        catch (ObjectNotFoundException)
        {
            return null;
        }
    }

    private static string Line(ObjectView view) => string.Create(
        CultureInfo.InvariantCulture,
        $"{view.Mode ?? "-",6}  {view.Size,14}  {Units.Timestamp(view.ModifiedUnixMs ?? 0)}  {view.FullName}");
}
