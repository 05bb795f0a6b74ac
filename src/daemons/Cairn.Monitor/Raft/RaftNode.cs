using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cairn.Messaging;
using Cairn.Messaging.Security;
using DotNext.Net.Cluster;
using DotNext.Net.Cluster.Consensus.Raft;
using DotNext.Net.Cluster.Consensus.Raft.StateMachine;
using DotNext.Net.Security;
using Microsoft.Extensions.Logging;

namespace Cairn.Monitor.Raft;

/// <summary>This monitor's part in the quorum: DotNext's Raft over TLS, its log flushed before it answers.</summary>
internal sealed class RaftNode : IAsyncDisposable
{
    // The whole backlog of a lagging follower goes in one request; with the stock limit (the election timeout) it is
    // cancelled and started anew for ever. Elections don't depend on it.
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    private readonly FlushingWal _log;
    private readonly IReadOnlyDictionary<EndPoint, MonitorPeer> _peers;

    private RaftNode(FlushingWal log, RaftCluster cluster, MonitorStateMachine machine, IReadOnlyDictionary<EndPoint, MonitorPeer> peers)
    {
        _log = log;
        _peers = peers;
        Cluster = cluster;
        Machine = machine;
    }

    public RaftCluster Cluster { get; }

    public MonitorStateMachine Machine { get; }

    /// <summary>The leader as far as this monitor knows; null while there is none.</summary>
    public MonitorPeer? Leader => Cluster.Leader is { } leader ? _peers.GetValueOrDefault(leader.EndPoint) : null;

    /// <summary>Whether this monitor leads, as far as it knows: a read barrier or a commit proves it.</summary>
    public bool IsLeader => Cluster.Leader is { IsRemote: false } && !Cluster.LeadershipToken.IsCancellationRequested;

    /// <summary>From 1: a monitor that is alone leads from Raft's term 0 on, and 0 means that nobody does.</summary>
    public long Term => ((IRaftCluster)Cluster).Term + 1;

    /// <summary>The monitors that this one, the leader, exchanges entries with, itself among them.</summary>
    public IEnumerable<MonitorPeer> InQuorum => Cluster.Members
        .Where(m => !m.IsRemote || m.Status == ClusterMemberStatus.Available)
        .Select(m => _peers[m.EndPoint]);

    public static async Task<RaftNode> CreateAsync(
        RaftSettings settings, EntityIdentity identity, MonitorStateMachine machine, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        await machine.RestoreAsync(cancellationToken);
        FlushingWal log = new(
            new WriteAheadLog.Options
            {
                Location = Path.Combine(settings.Directory, "wal"),
                // A flush writes the whole chunk it touches.
                ChunkSize = 1 << 20,
                HashAlgorithm = WriteAheadLog.IntegrityHashAlgorithm.Crc32,
            },
            machine);
        await log.InitializeAsync(cancellationToken);

        Dictionary<EndPoint, MonitorPeer> peers = [];
        IPEndPoint? self = null;
        foreach (MonitorPeer peer in settings.Members)
        {
            IPEndPoint at = await peer.RaftAddress.ResolveAsync(cancellationToken);
            peers.Add(at, peer);
            self = peer.Name == settings.Name ? at : self;
        }

        RaftCluster.TcpConfiguration configuration = new(self!)
        {
            ColdStart = false,
            LowerElectionTimeout = settings.ElectionTimeoutMs,
            UpperElectionTimeout = 2 * settings.ElectionTimeoutMs,
            HeartbeatThreshold = 0.4,
            RequestTimeout = RequestTimeout,
            ConnectTimeout = TimeSpan.FromMilliseconds(settings.ElectionTimeoutMs),
            GracefulShutdownTimeout = TimeSpan.FromSeconds(1),
            ConfigurationStorage = StaticMembers.Create(peers.Keys),
            LoggerFactory = logs,
            SslOptions = Tls(identity),
        };
        return new RaftNode(log, new RaftCluster(configuration) { AuditTrail = log }, machine, peers);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Cluster.StartAsync(cancellationToken);

    /// <summary>Proves that what this monitor has applied includes everything acknowledged before the call.</summary>
    public ValueTask ReadBarrierAsync(CancellationToken cancellationToken) => Cluster.ApplyReadBarrierAsync(token: cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Cluster.StopAsync(CancellationToken.None);
        await Cluster.DisposeAsync();
        await _log.DisposeAsync();
    }

    private static SslOptions Tls(EntityIdentity identity)
    {
        RemoteCertificateValidationCallback onlyMonitors = identity.ValidatePeer(static peer => peer.Type == EntityType.Monitor);
        return new SslOptions
        {
            ServerOptions = new SslServerAuthenticationOptions
            {
                ServerCertificateContext = identity.TlsContext,
                ClientCertificateRequired = true,
                EnabledSslProtocols = SslProtocols.Tls13,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = onlyMonitors,
            },
            ClientOptions = new SslClientAuthenticationOptions
            {
                // Certificates are issued to entities, not to hosts: the callback checks.
                TargetHost = "cairn-mon",
                ClientCertificateContext = identity.TlsContext,
                EnabledSslProtocols = SslProtocols.Tls13,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = onlyMonitors,
            },
        };
    }
}
