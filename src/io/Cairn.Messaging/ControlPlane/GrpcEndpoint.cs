using System.Net;
using System.Security.Authentication;
using Cairn.Messaging.Security;
using Grpc.Core;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Cairn.Messaging.ControlPlane;

/// <summary>How daemons serve gRPC: HTTP/2 over TLS 1.3, peers authenticated by their certificate.</summary>
public static class GrpcEndpoint
{
    /// <summary>Largest message either way: a full map of a large cluster fits.</summary>
    public const int MessageBytesMax = 64 << 20;

    /// <summary>Listens for gRPC with mutual TLS.</summary>
    public static void ListenGrpc(this KestrelServerOptions kestrel, IPEndPoint endPoint, EntityIdentity identity)
    {
        kestrel.AddServerHeader = false;
        // HTTP/2's default windows of 64 KiB and 1 MiB throttle the streams of maps and objects.
        kestrel.Limits.Http2.InitialStreamWindowSize = 2 << 20;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 8 << 20;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(10);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
        kestrel.Listen(endPoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = identity.Certificate,
                ClientCertificateMode = ClientCertificateMode.RequireCertificate,
                SslProtocols = SslProtocols.Tls13,
                ClientCertificateValidation = (certificate, _, _) => identity.TryVerify(certificate, out _, out _),
            });
        });
    }

    /// <summary>The authenticated caller.</summary>
    /// <exception cref="RpcException">Unauthenticated.</exception>
    public static EntityName GetPeerEntity(this ServerCallContext context)
    {
        string? name = context.GetHttpContext().Connection.ClientCertificate
            ?.GetNameInfo(System.Security.Cryptography.X509Certificates.X509NameType.SimpleName, forIssuer: false);
        return EntityName.TryParse(name, out EntityName entity)
            ? entity
            : throw new RpcException(new Status(StatusCode.Unauthenticated, "no certificate of this cluster"));
    }
}
