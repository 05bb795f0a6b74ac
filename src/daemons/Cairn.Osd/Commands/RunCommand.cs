using Cairn.Maps;
using Cairn.Messaging;
using Cairn.Messaging.Configuration;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.Hosting;
using Cairn.Messaging.Security;
using Cairn.Osd.Admin;
using Cairn.Osd.Gateway;
using Cairn.Osd.Memory;
using Cairn.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cairn.Osd.Commands;

/// <summary><c>cairn-osd --id N</c>: serves until told to stop.</summary>
internal static class RunCommand
{
    public static async Task<int> RunAsync(CairnConfig config, int id, CancellationToken stopping)
    {
        using EntityIdentity identity = EntityIdentity.Load(config.TlsDirectory, EntityName.Osd(id));
        using ILoggerFactory early = LoggerFactory.Create(DaemonHost.AddLogging);
        var monitors = new MonitorSession(
            config.MonitorHosts, identity, config.Fsid, config.GetDuration("rados_mon_op_timeout"), early.CreateLogger<MonitorSession>());
        config = await CentralOptions.ApplyAsync(config, monitors, early.CreateLogger("Cairn.Osd"), stopping);
        OsdOptions options = OsdOptions.From(config, id);
        PooledBuffer.PooledBytesMax = options.NetworkBytesMax;
        ObjectStore store = await ObjectStore.OpenAsync(options.DataDirectory, options.ToStoreOptions(), stopping);
        RequireOurs(store.Identity, options);

        WebApplicationBuilder builder = DaemonHost.CreateBuilder(options.AdminAddress, identity);
        builder.Services.AddSystemd();
        builder.Services.AddSingleton(services => new OsdDaemon(
            options,
            store,
            new OsdMemory(store, options.MemoryTarget),
            identity,
            monitors,
            DataPlaneOptions.From(config, identity),
            services.GetRequiredService<ILoggerFactory>()));
        WebApplication host = builder.Build();
        host.MapGrpcService<OsdAdminService>();
        host.MapGrpcService<ObjectGateway>();
        OsdDaemon daemon = host.Services.GetRequiredService<OsdDaemon>();
        await host.StartAsync(stopping);
        await daemon.StartAsync(host.BoundAddress(), stopping);

        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration onStop = stopping.Register(() => stopped.TrySetResult());
        IHostApplicationLifetime lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        await using CancellationTokenRegistration onHostStop = lifetime.ApplicationStopping.Register(() => stopped.TrySetResult());
        Task first = await Task.WhenAny(stopped.Task, daemon.Fatal);
        if (first == daemon.Fatal)
        {
            // Nothing in this process can be trusted now, its orderly shutdown included: stop as a crash would.
            await Console.Error.WriteLineAsync($"cairn-osd: {await daemon.Fatal}");
            Environment.Exit(1);
        }

        await daemon.DisposeAsync();
        await host.StopAsync(CancellationToken.None);
        return 0;
    }

    private static void RequireOurs(StoreIdentity identity, OsdOptions options)
    {
        if (identity.Fsid != options.Fsid)
        {
            throw new OsdStartException($"the store in {options.DataDirectory} belongs to cluster {identity.Fsid}, the configuration is of {options.Fsid}");
        }

        if (identity.OsdId != options.Id.Value)
        {
            throw new OsdStartException($"the store in {options.DataDirectory} is that of osd.{identity.OsdId}, not of osd.{options.Id.Value}");
        }
    }
}
