using System.Net;
using System.Net.Sockets;
using Cairn.Maps.Commands;
using Cairn.Messaging;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.Security;
using Cairn.Messaging.Wire;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cairn.Monitor.Tests;

/// <summary>Monitors as child processes on loopback, with their own CA and configuration, and clients of them.</summary>
internal sealed class TestQuorum : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, MonitorProcess> _running = [];
    private readonly Dictionary<string, GrpcChannel> _channels = [];
    private readonly ClusterCa _ca;

    private TestQuorum(string directory, Guid fsid, ClusterCa ca)
    {
        Directory = directory;
        Fsid = fsid;
        _ca = ca;
    }

    public string Directory { get; }

    public Guid Fsid { get; }

    public string ConfPath => Path.Combine(Directory, "cairn.conf");

    public IReadOnlyList<string> Names { get; private set; } = [];

    private Dictionary<string, int> Ports { get; } = [];

    public static TestQuorum Create(int count, string options = "")
    {
        string directory = System.IO.Directory.CreateTempSubdirectory("cairn-mon-test-").FullName;
        string tls = Path.Combine(directory, "tls");
        Guid fsid = Guid.NewGuid();
        ClusterCa ca = ClusterCa.Create(tls, fsid, TimeProvider.System);
        TestQuorum quorum = new(directory, fsid, ca) { Names = [.. Enumerable.Range(0, count).Select(i => $"{(char)('a' + i)}")] };
        ca.Issue(tls, EntityName.Client("admin"), TimeProvider.System);
        Queue<int> ports = new(FreePorts(2 * count));
        using StringWriter conf = new();
        conf.WriteLine($"[global]\nfsid = {fsid}\n{options}");
        foreach (string name in quorum.Names)
        {
            ca.Issue(tls, EntityName.Monitor(name), TimeProvider.System);
            quorum.Ports[name] = ports.Dequeue();
            conf.WriteLine($"[mon.{name}]\nmon_addr = 127.0.0.1:{quorum.Ports[name]}\nmon_raft_addr = 127.0.0.1:{ports.Dequeue()}");
        }

        File.WriteAllText(quorum.ConfPath, conf.ToString());
        return quorum;
    }

    public async Task MakeFoldersAsync()
    {
        foreach (string name in Names)
        {
            Assert.Equal((0, ""), await MkfsAsync(name));
        }
    }

    public async Task<(int ExitCode, string Errors)> MkfsAsync(string name)
    {
        using MonitorProcess mkfs = MonitorProcess.Start("mkfs", "--id", name, "--conf", ConfPath);
        int code = await mkfs.WaitForExitAsync(Patience);
        return (code, mkfs.Errors.Trim());
    }

    public static async Task<TestQuorum> StartAsync(int count, string options = "")
    {
        TestQuorum quorum = Create(count, options);
        await quorum.MakeFoldersAsync();
        quorum.StartAll();
        await quorum.LeaderAsync();
        foreach (string name in quorum.Names)
        {
            // Two make a leader before the third listens.
            await quorum.Client(name).MonStatAsync(new MonStatRequest(), WhenItListens);
        }

        return quorum;
    }

    public void StartAll()
    {
        foreach (string name in Names)
        {
            Start(name);
        }
    }

    public void Start(string name) => _running[name] = MonitorProcess.Start("--id", name, "--conf", ConfPath);

    public void Kill(string name)
    {
        _running.Remove(name, out MonitorProcess? process);
        process!.Dispose();
    }

    /// <summary>kill -9, and nothing else: may be called for several at once; start it again afterwards.</summary>
    public void KillHard(string name) => _running[name].Kill();

    public MonitorProcess ProcessOf(string name) => _running[name];

    public string FolderOf(string name) => Path.Combine(Directory, $"mon.{name}");

    /// <summary>A client of one monitor.</summary>
    public MonitorService.MonitorServiceClient Client(string name, string entity = "client.admin")
    {
        string key = $"{name}/{entity}";
        if (!_channels.TryGetValue(key, out GrpcChannel? channel))
        {
            EntityName who = EntityName.Parse(entity);
            string tls = Path.Combine(Directory, "tls");
            if (!File.Exists(Path.Combine(tls, $"{entity}.crt")))
            {
                _ca.Issue(tls, who, TimeProvider.System);
            }

            channel = GrpcChannels.Create(new HostPort("127.0.0.1", Ports[name]), EntityIdentity.Load(tls, who), EntityType.Monitor);
            _channels[key] = channel;
        }

        return new MonitorService.MonitorServiceClient(channel);
    }

    /// <summary>The name of the leader, once a running monitor knows of one that has made the cluster's map.</summary>
    public async Task<string> LeaderAsync()
    {
        using CancellationTokenSource limit = new(Patience);
        while (true)
        {
            foreach (string name in _running.Keys)
            {
                try
                {
                    MonStatReply stat = await Client(name).MonStatAsync(new MonStatRequest(), deadline: DateTime.UtcNow.AddSeconds(1));
                    if (_running.ContainsKey(stat.Leader) && stat.Epoch > 0)
                    {
                        return stat.Leader;
                    }
                }
                catch (RpcException)
                {
                    // It is not up yet.
                }
            }

            await Task.Delay(20, limit.Token);
        }
    }

    /// <summary>Sends a command, again and to any running monitor, until one answers.</summary>
    public async Task<CommandResult> CommandAsync(Command command, CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        command = WithId(command);
        for (int i = 0; ; i++)
        {
            try
            {
                return await Client(Names[i % Names.Count]).SubmitCommandAsync(command, cancellationToken: limit.Token);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
            {
                await Task.Delay(20, limit.Token);
            }
        }
    }

    public static Command WithId(Command command)
    {
        Command copy = command.Clone();
        copy.Id = copy.Id.IsEmpty ? ByteString.CopyFrom(Guid.NewGuid().ToByteArray(bigEndian: true)) : copy.Id;
        return copy;
    }

    public static Command CreateOsd(Guid uuid) => new() { OsdCreate = new OsdCreate { Uuid = ByteString.CopyFrom(uuid.ToByteArray(bigEndian: true)) } };

    /// <summary>Creates an OSD and boots it, on a host of its own, as its process would.</summary>
    public async Task<uint> BootOsdAsync(int id, ulong incarnation = 1)
    {
        Guid uuid = UuidOf(id);
        CommandResult created = await CommandAsync(CreateOsd(uuid));
        Assert.Equal(id, created.Osd);
        OsdBootReply reply = await Client(Names[0], $"osd.{id}").OsdBootAsync(Boot(id, incarnation));
        return reply.Epoch;
    }

    public OsdBootRequest Boot(int id, ulong incarnation) => new()
    {
        Osd = id,
        Fsid = ByteString.CopyFrom(Fsid.ToByteArray(bigEndian: true)),
        Uuid = ByteString.CopyFrom(UuidOf(id).ToByteArray(bigEndian: true)),
        DataAddress = $"127.0.0.1:{7000 + id}",
        HeartbeatAddress = $"127.0.0.1:{7000 + id}",
        Incarnation = incarnation,
        UpdateCrush = true,
        CrushWeight = 1,
        Location = { new CrushLocation { Type = "host", Name = $"host{id}" }, new CrushLocation { Type = "root", Name = "default" } },
    };

    /// <summary>A call that waits for a monitor that is starting.</summary>
    public static CallOptions WhenItListens => new CallOptions(deadline: DateTime.UtcNow + Patience).WithWaitForReady();

    /// <summary>The newest map of a monitor, once it has one of this epoch or later.</summary>
    public async Task<Cairn.Maps.OsdMap> MapAsync(string name, uint atLeast = 0)
    {
        using AsyncServerStreamingCall<MapUpdate> maps = Client(name).SubscribeMaps(new SubscribeMapsRequest(), WhenItListens);
        Cairn.Maps.OsdMap? map = null;
        while (map is null || map.Epoch.Value < atLeast)
        {
            Assert.True(await maps.ResponseStream.MoveNext(CancellationToken.None));
            MapUpdate update = maps.ResponseStream.Current;
            map = update.Full.IsEmpty ? map : Cairn.Maps.OsdMap.Decode(update.Full.Span);
            map = update.Incrementals.Aggregate(map!, static (at, delta) => at.Apply(Cairn.Maps.OsdMapIncremental.Decode(delta.Span)));
        }

        return map;
    }

    public void Dispose()
    {
        foreach (MonitorProcess process in _running.Values)
        {
            process.Dispose();
        }

        foreach (GrpcChannel channel in _channels.Values)
        {
            channel.Dispose();
        }

        _ca.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static Guid UuidOf(int id) => new(id + 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners)
        {
            listener.Start();
        }

        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners)
        {
            listener.Dispose();
        }

        return ports;
    }
}
