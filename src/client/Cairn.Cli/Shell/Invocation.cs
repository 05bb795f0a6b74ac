using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cairn.Cli.Cluster;
using Cairn.Messaging.Configuration;

namespace Cairn.Cli.Shell;

/// <summary>One run of one command: its arguments, the cluster it is about, and where results go.</summary>
internal sealed class Invocation(ParseResult parsed) : IDisposable
{
    // Names of objects may hold any character: they are to be read, and do not end up in web pages.
    private static readonly CliJson Json = new(new JsonSerializerOptions(CliJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private CairnConfig? _config;
    private Monitors? _monitors;

    public TextWriter Output { get; } = parsed.InvocationConfiguration.Output;

    public TextWriter Error { get; } = parsed.InvocationConfiguration.Error;

    public bool IsJson { get; } = parsed.GetValue(GlobalOptions.Format) == OutputFormat.Json;

    /// <summary>The options of the client that asks, in the cluster that was meant.</summary>
    public CairnConfig Config => _config ??= ClusterDiscovery.LoadConfig(
        ConfPath,
        $"client.{parsed.GetValue(GlobalOptions.Id)}",
        Settings.Parse(parsed.GetValue(GlobalOptions.Set) ?? []));

    /// <summary>The file that --conf names, if any.</summary>
    public string? ConfPath => parsed.GetValue(GlobalOptions.Conf);

    public Monitors Monitors => _monitors ??= new Monitors(Config);

    public T Get<T>(Argument<T> argument) => parsed.GetValue(argument)!;

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public bool IsGiven(Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>Prints a result: as JSON if that was asked for, else as <paramref name="plain"/> writes it.</summary>
    public void Show<T>(T result, Action<TextWriter> plain)
    {
        if (IsJson)
        {
            ShowJson(result);
        }
        else
        {
            plain(Output);
        }
    }

    /// <summary>Applies a change, and prints what the cluster says of it.</summary>
    public async Task ApplyAsync(Maps.Commands.Command command, CancellationToken cancellationToken)
    {
        Maps.Commands.CommandResult result = await Monitors.ApplyAsync(command, cancellationToken);
        Show(ChangeView.Of(result), output => output.WriteLine(result.Message.Length > 0 ? result.Message : $"done in e{result.Epoch}"));
    }

    /// <summary>One line of JSON.</summary>
    public void ShowJson<T>(T result) => Output.WriteLine(JsonSerializer.Serialize(result, (JsonTypeInfo<T>)Json.GetTypeInfo(typeof(T))!));

    public void Dispose() => _monitors?.Dispose();
}
