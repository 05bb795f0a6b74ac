using System.Net.Sockets;
using Cairn.Messaging.Configuration;
using Cairn.Messaging.Security;
using Grpc.Core;

namespace Cairn.Cli.Shell;

/// <summary>Says what went wrong, for people. $CAIRN_DEBUG adds where in the program.</summary>
internal static class ErrorReport
{
    public static int Write(Exception exception, TextWriter error, CancellationToken interrupted)
    {
        Exception cause = exception is AggregateException { InnerExceptions: [var only] } ? only : exception;
        if (cause is OperationCanceledException && interrupted.IsCancellationRequested)
        {
            error.WriteLine("cairn: interrupted");
            return ExitCode.Interrupted;
        }

        error.WriteLine($"cairn: {Sentence(cause)}");
        if (Environment.GetEnvironmentVariable("CAIRN_DEBUG") is { Length: > 0 })
        {
            error.WriteLine(exception);
        }

        return cause is CliException known ? known.ExitCode : ExitCode.Failed;
    }

    internal static string Sentence(Exception cause) => cause switch
    {
        CliException or ConfigException or IdentityException => cause.Message,
        RpcException rpc => OfRpc(rpc),
        IOException or UnauthorizedAccessException or SocketException or TimeoutException => cause.Message,
        // The client library's own exceptions speak in sentences.
        _ when cause.GetType().Namespace?.StartsWith("Cairn.Client", StringComparison.Ordinal) == true => cause.Message,
        _ => $"unexpected {cause.GetType().Name}: {cause.Message}",
    };

    private static string OfRpc(RpcException rpc) => rpc.StatusCode switch
    {
        StatusCode.Unavailable => $"the monitors can't serve this now: {rpc.Status.Detail}",
        StatusCode.DeadlineExceeded => "the monitors did not answer in time",
        StatusCode.PermissionDenied or StatusCode.Unauthenticated => $"not allowed: {rpc.Status.Detail}",
        _ => rpc.Status.Detail,
    };
}
