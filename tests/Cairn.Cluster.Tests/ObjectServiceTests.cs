using Cairn.Client;
using Cairn.Cluster.Tests.Harness;
using Cairn.Maps;
using Cairn.Messaging;
using Cairn.Messaging.Configuration;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.Security;
using Cairn.Messaging.Wire;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cairn.Cluster.Tests;

/// <summary>The object service with nothing but its generated client: no map, no placement.</summary>
public sealed class ObjectServiceTests
{
    private const ulong ClientId = 4711;

    [Fact]
    public async Task A_client_without_a_map_writes_reads_and_lists_by_following_redirects()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(mons: 1, osds: 3);
        await cluster.CreatePoolAsync("data", pgs: 8);
        await using CairnClient cairn = await cluster.ConnectAsync();
        PoolContext pool = await cairn.OpenPoolAsync("data");
        CairnConfig config = CairnConfig.Load(cluster.ConfPath, "client.admin");
        using EntityIdentity identity = EntityIdentity.Load(config.TlsDirectory, config.Entity);
        using var osds = new Osds(identity, cairn.Map.Osd(new OsdId(0))!.AdminAddress);

        DescribePoolReply described = await osds.First.DescribePoolAsync(new DescribePoolRequest { Name = "data" });
        Assert.Equal((pool.PoolId, 8u), (described.Pool, described.PgNum));
        RpcException none = await Assert.ThrowsAsync<RpcException>(async () => await osds.First.DescribePoolAsync(new DescribePoolRequest { Name = "nope" }));
        Assert.Equal(StatusCode.NotFound, none.StatusCode);

        for (uint i = 0; i < 12; i++)
        {
            // Sent twice, as after a lost answer: applied once.
            OperateRequest append = Operation(described.Pool, $"o{i}", i + 1, OpStep.Types.Code.Append, "hello"u8.ToArray());
            Assert.Equal(0u, (await osds.OperateAsync(append.Clone())).Reply.Status);
            Assert.Equal(0u, (await osds.OperateAsync(append)).Reply.Status);
            OperateReply read = await osds.OperateAsync(Operation(described.Pool, $"o{i}", 1000 + i, OpStep.Types.Code.Read, []));
            Assert.Equal("hello", read.Payload.ToStringUtf8());
        }

        Assert.True(osds.Redirects > 0, "three OSDs share the PGs: the first can't lead all of them");
        Assert.Equal("hello"u8.ToArray(), await pool.ReadAsync("o3"));
        List<string> names = [];
        for (uint seed = 0; seed < described.PgNum; seed++)
        {
            OperateRequest list = Operation(described.Pool, null, 2000 + seed, OpStep.Types.Code.ListObjects, []);
            list.Op.PgSeed = seed;
            list.Op.Steps[0].Max = 100;
            names.AddRange((await osds.OperateAsync(list)).Reply.Results[0].Objects.Select(static o => o.Name));
        }

        Assert.Equal(Enumerable.Range(0, 12).Select(static i => $"o{i}").Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        Assert.Equal(1u, (await osds.OperateAsync(Operation(described.Pool, "absent", 9000, OpStep.Types.Code.Stat, []))).Reply.Status);
    }

    private static OperateRequest Operation(long pool, string? name, ulong sequence, OpStep.Types.Code code, byte[] data)
    {
        OsdOpRequest op = new() { Client = ClientId, Sequence = sequence, Pool = pool };
        if (name is not null)
        {
            op.Object = new ObjectName { Name = name };
        }

        op.Steps.Add(new OpStep { Code = code, DataLength = (uint)data.Length });
        return new OperateRequest { Op = op, Payload = ByteString.CopyFrom(data) };
    }

    /// <summary>The OSDs a client came to know by asking one of them.</summary>
    private sealed class Osds(EntityIdentity identity, string first) : IDisposable
    {
        private readonly Dictionary<string, GrpcChannel> _channels = [];

        public ObjectService.ObjectServiceClient First => Of(first);

        public int Redirects { get; private set; }

        public async Task<OperateReply> OperateAsync(OperateRequest request)
        {
            OperateReply reply = await First.OperateAsync(request);
            while (reply.Redirect is { } redirect)
            {
                Redirects++;
                reply = await Of(redirect.Address).OperateAsync(request);
            }

            return reply;
        }

        public void Dispose()
        {
            foreach (GrpcChannel channel in _channels.Values)
            {
                channel.Dispose();
            }
        }

        private ObjectService.ObjectServiceClient Of(string address)
        {
            if (!_channels.TryGetValue(address, out GrpcChannel? channel))
            {
                _channels[address] = channel = GrpcChannels.Create(HostPort.Parse(address), identity, EntityType.Osd);
            }

            return new ObjectService.ObjectServiceClient(channel);
        }
    }
}
