using System.Net;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Cairn.Messaging.Hosting;

/// <summary>What every daemon's process has in common: gRPC over mutual TLS, and structured log lines on stderr, which the journal takes.</summary>
public static class DaemonHost
{
    /// <summary>A host that serves gRPC at the address; add services and map them.</summary>
    public static WebApplicationBuilder CreateBuilder(HostPort grpcAddress, EntityIdentity identity)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "cairn" });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenGrpc(new IPEndPoint(IPAddress.Parse(grpcAddress.Host), grpcAddress.Port), identity));
        AddLogging(builder.Logging);
        builder.Services.AddRouting();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = GrpcEndpoint.MessageBytesMax;
            grpc.MaxSendMessageSize = GrpcEndpoint.MessageBytesMax;
        });
        return builder;
    }

    /// <summary>Where the host listens, once it is started.</summary>
    public static HostPort BoundAddress(this WebApplication host)
    {
        string url = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var uri = new Uri(url);
        return new HostPort(uri.Host, uri.Port);
    }

    public static void AddLogging(ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Grpc", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        logging.AddSystemdConsole(static options => options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fff ");
        // stdout is for what a person asked a program to print.
        logging.Services.Configure<ConsoleLoggerOptions>(static options => options.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
