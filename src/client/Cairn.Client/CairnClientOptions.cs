using Cairn.Messaging.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cairn.Client;

/// <summary>How to reach a cluster, and as whom.</summary>
public sealed record CairnClientOptions
{
    /// <summary>Of a client entity: <c>fsid</c>, <c>mon_host</c>, <c>tls_dir</c> and the limits.</summary>
    public required CairnConfig Config { get; init; }

    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>
    /// Lets the code behind an <c>await</c> run in the receive loop itself. Saves a thread switch an operation; such code must never
    /// block, above all not on another operation.
    /// </summary>
    public bool InlineCompletions { get; init; }

    /// <summary>Options from a configuration file.</summary>
    /// <param name="configPath">Such as /etc/cairn/cairn.conf.</param>
    /// <param name="entity">Who we are: its certificate must lie in <c>tls_dir</c>.</param>
    /// <exception cref="ConfigException">The file is missing or wrong.</exception>
    public static CairnClientOptions FromFile(string configPath, string entity = "client.admin") =>
        new() { Config = CairnConfig.Load(configPath, entity) };
}
