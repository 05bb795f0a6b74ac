using System.CommandLine;
using Cairn.Cli.Shell;
using Cairn.Client;

namespace Cairn.Cli.Objects;

/// <summary>What every object command takes, and how it gets to its pool.</summary>
internal static class ObjectOptions
{
    private const int InFlightMax = 256;

    public static readonly Option<string> Pool = new("--pool", "-p") { Description = "The pool.", Required = true };

    public static readonly Option<string> Namespace = new("--namespace", "-N") { Description = "The namespace in the pool.", DefaultValueFactory = _ => "" };

    public static readonly Option<string> Prefix = new("--prefix")
    {
        Description = "Object names begin so: with -r, put before each file's path, and taken off again.",
        DefaultValueFactory = _ => "",
    };

    public static readonly Option<int> InFlight = Arguments.Number("--in-flight", "Files at a time.", 24, n => n is >= 1 and <= InFlightMax, $"1 to {InFlightMax}");

    /// <summary>Runs a command's body against the pool that was given.</summary>
    public static async Task WithPoolAsync(Invocation cli, Func<PoolContext, Task> body, CancellationToken cancellationToken)
    {
        await using CairnClient client = await CairnClient.ConnectAsync(new CairnClientOptions { Config = cli.Config }, cancellationToken);
        PoolContext pool = await client.OpenPoolAsync(cli.Get(Pool)!, cancellationToken);
        string nspace = cli.Get(Namespace)!;
        await body(nspace.Length == 0 ? pool : pool.WithNamespace(nspace));
    }
}
