using System.Diagnostics;
using Cairn.Client.Objecter;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.Security;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Cairn.Client;

/// <summary>
/// A connection to a cluster: follows its maps, and sends operations straight to the OSDs that hold the objects. Thread-safe; one
/// serves a whole process.
/// </summary>
/// <remarks>Source: the shape of Ceph's librados: a cluster handle, and an I/O context a pool.</remarks>
public sealed class CairnClient : IAsyncDisposable
{
    private readonly EntityIdentity _identity;
    private readonly OsdObjecter _objecter;

    private CairnClient(CairnClientOptions options, EntityIdentity identity)
    {
        ILogger logger = options.LoggerFactory.CreateLogger<CairnClient>();
        _identity = identity;
        Options = options;
        Monitors = new MonitorSession(
            options.Config.MonitorHosts, identity, options.Config.Fsid, options.Config.GetDuration("rados_mon_op_timeout"), logger);
        _objecter = new OsdObjecter(
            ObjecterOptions.From(options.Config, options.InlineCompletions), new DataConnector(DataPlaneOptions.From(options.Config, identity)), logger);
    }

    public CairnClientOptions Options { get; }

    /// <summary>Names this client in request ids and the blocklist: random, new for every connection.</summary>
    public ulong Id => _objecter.ClientId;

    /// <summary>The newest map that has come.</summary>
    public OsdMap Map => _objecter.Map!;

    /// <summary>For what the monitors offer beyond <see cref="CommandAsync"/>.</summary>
    public MonitorSession Monitors { get; }

    /// <summary>Connects: returns once the first map is there.</summary>
    /// <exception cref="MonitorException">No monitor answered within <c>client_mount_timeout</c>, or they refused us.</exception>
    /// <exception cref="IdentityException">Our certificate is missing or wrong.</exception>
    /// <exception cref="Messaging.Configuration.ConfigException">An option that is needed is not set.</exception>
    public static async Task<CairnClient> ConnectAsync(CairnClientOptions options, CancellationToken cancellationToken = default)
    {
        CairnClient client = new(options, EntityIdentity.Load(options.Config.TlsDirectory, options.Config.Entity));
        try
        {
            client.Monitors.Subscribe(null, client._objecter);
            await client.WaitForFirstMapAsync(options.Config.GetDuration("client_mount_timeout"), cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits for a map of at least this epoch.</summary>
    public Task<OsdMap> WaitForMapAsync(Epoch epoch, CancellationToken cancellationToken = default) => _objecter.WaitForMapAsync(epoch, cancellationToken);

    /// <summary>Opens a pool by its name. A pool made a moment ago is found: before it says no, it asks the monitors.</summary>
    /// <exception cref="PoolNotFoundException">There is none.</exception>
    public async Task<PoolContext> OpenPoolAsync(string name, CancellationToken cancellationToken = default)
    {
        Pool? pool = Map.FindPool(name);
        if (pool is null)
        {
            Messaging.Wire.MonStatReply stat = await Monitors.CallAsync(
                static (monitor, call) => monitor.MonStatAsync(new Messaging.Wire.MonStatRequest(), call), cancellationToken).ConfigureAwait(false);
            pool = (await WaitForMapAsync(new Epoch(stat.Epoch), cancellationToken).ConfigureAwait(false)).FindPool(name);
        }

        return pool is null ? throw new PoolNotFoundException($"pool '{name}' does not exist") : new PoolContext(_objecter, pool.Id, pool.Name, "");
    }

    /// <summary>Submits an administrative command to the monitors; retried under one id until answered.</summary>
    /// <returns>The result, once this client has the map that shows it.</returns>
    /// <exception cref="CommandRefusedException">The monitors understood, and refused. Nothing was changed.</exception>
    /// <exception cref="MonitorException">No quorum within <c>rados_mon_op_timeout</c>.</exception>
    public async Task<CommandResult> CommandAsync(Command command, CancellationToken cancellationToken = default)
    {
        CommandResult result = await Monitors.SubmitAsync(command, cancellationToken).ConfigureAwait(false);
        if (result.Status != CommandStatus.Ok)
        {
            throw new CommandRefusedException(result);
        }

        await WaitForMapAsync(new Epoch(result.Epoch), cancellationToken).ConfigureAwait(false);
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        await Monitors.DisposeAsync().ConfigureAwait(false);
        await _objecter.DisposeAsync().ConfigureAwait(false);
        _identity.Dispose();
    }

    private async Task WaitForFirstMapAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        Task<OsdMap> first = WaitForMapAsync(new Epoch(1), cancellationToken);
        Stopwatch waited = Stopwatch.StartNew();
        // In slices, to hear at once of a subscription that was refused.
        while (!first.IsCompleted && Monitors.Fault is null && waited.Elapsed < limit)
        {
            await Task.WhenAny(first, Task.Delay(50, cancellationToken)).ConfigureAwait(false);
        }

        if (!first.IsCompleted)
        {
            throw Monitors.Fault ?? new MonitorException(
                StatusCode.Unavailable,
                $"no monitor of {string.Join(", ", Options.Config.MonitorHosts)} gave a map within {limit.TotalSeconds} s (client_mount_timeout)");
        }

        await first.ConfigureAwait(false);
    }
}
