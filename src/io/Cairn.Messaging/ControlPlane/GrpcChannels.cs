using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cairn.Messaging.Security;
using Grpc.Net.Client;

namespace Cairn.Messaging.ControlPlane;

/// <summary>Makes gRPC channels to daemons of the cluster, authenticated both ways.</summary>
public static class GrpcChannels
{
    /// <param name="address">Of the daemon.</param>
    /// <param name="peerType">What it must be: a client must not take an OSD's answer for a monitor's.</param>
    public static GrpcChannel Create(HostPort address, EntityIdentity identity, EntityType peerType, TimeSpan? connectTimeout = null)
    {
        SocketsHttpHandler handler = new()
        {
            ConnectTimeout = connectTimeout ?? TimeSpan.FromSeconds(2),
            // A subscription to a monitor that vanished without a word must move on before that costs anyone time.
            KeepAlivePingDelay = TimeSpan.FromSeconds(3),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(3),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = 2 << 20,
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                // The handshake names no host: certificates are issued to entities.
                ClientCertificates = new X509CertificateCollection { identity.Certificate },
                LocalCertificateSelectionCallback = (_, _, _, _, _) => identity.Certificate,
                RemoteCertificateValidationCallback = identity.ValidatePeer(peer => peer.Type == peerType),
            },
        };
        return GrpcChannel.ForAddress($"https://{address}", new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            // The default waits up to two minutes: a monitor that was away for one would be missed for as long again.
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(100),
            MaxReconnectBackoff = TimeSpan.FromSeconds(1),
            MaxReceiveMessageSize = GrpcEndpoint.MessageBytesMax,
            MaxSendMessageSize = GrpcEndpoint.MessageBytesMax,
        });
    }
}
