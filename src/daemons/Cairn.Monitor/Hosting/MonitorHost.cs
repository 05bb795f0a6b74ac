using System.Net;
using Cairn.Messaging;
using Cairn.Messaging.Configuration;
using Cairn.Messaging.Hosting;
using Cairn.Messaging.Security;
using Cairn.Monitor.Feeds;
using Cairn.Monitor.Leading;
using Cairn.Monitor.Raft;
using Cairn.Monitor.Service;
using Cairn.Monitor.State.Applying;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cairn.Monitor.Hosting;

/// <summary>Puts a monitor together and runs it until it is told to stop.</summary>
internal static class MonitorHost
{
    // systemd, and `cairn dev down`, wait 10 s before they kill.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(8);

    public static async Task RunAsync(CairnConfig config, CancellationToken cancellationToken)
    {
        MonitorSettings settings = MonitorSettings.From(config);
        MonitorDirectory.Check(settings.DataDirectory, settings.Fsid, settings.Name);
        using FolderLock folder = FolderLock.Take(settings.DataDirectory);
        using EntityIdentity identity = EntityIdentity.Load(config.TlsDirectory, EntityName.Monitor(settings.Name));
        IPEndPoint address = await settings.Self.Address.ResolveAsync(cancellationToken);

        WebApplicationBuilder builder = DaemonHost.CreateBuilder(HostPort.From(address), identity);
        SetLogLevel(builder.Logging, config.GetText("log_level"));
        builder.Host.UseSystemd();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = StopTimeout);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(config);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton<CurrentSettings>();
        builder.Services.AddSingleton(identity);
        builder.Services.AddSingleton<StateFeed>();
        builder.Services.AddSingleton<EventFeed>();
        builder.Services.AddSingleton<LeaderMemory>();
        builder.Services.AddSingleton<MonitorParts>();
        builder.Services.AddSingleton(services => services.GetRequiredService<MonitorParts>().Rpc);
        builder.Services.AddHostedService(services => services.GetRequiredService<MonitorParts>());

        await using WebApplication app = builder.Build();
        await app.Services.GetRequiredService<MonitorParts>().OpenAsync(cancellationToken);
        app.MapGrpcService<MonitorRpc>();
        await app.RunAsync(cancellationToken);
    }

    private static void SetLogLevel(ILoggingBuilder logging, string level)
    {
        LogLevel minimum = level switch
        {
            "trace" => LogLevel.Trace,
            "debug" => LogLevel.Debug,
            "warning" => LogLevel.Warning,
            "error" => LogLevel.Error,
            _ => LogLevel.Information,
        };
        logging.SetMinimumLevel(minimum);
        // Every failed heartbeat to a monitor that is down is a warning there; health says it once.
        logging.AddFilter("DotNext", minimum <= LogLevel.Debug ? minimum : LogLevel.Error);
    }
}
