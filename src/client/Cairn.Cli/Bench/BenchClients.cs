using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Client;

namespace Cairn.Cli.Bench;

/// <summary>The clients of a run, and the pool as each sees it.</summary>
internal sealed class BenchClients : IAsyncDisposable
{
    private readonly List<CairnClient> _clients = [];
    private readonly List<PoolContext> _pools = [];
    private readonly Invocation _cli;
    private readonly OsdAdmins _osds;

    private BenchClients(Invocation cli)
    {
        _cli = cli;
        _osds = new OsdAdmins(cli.Config);
    }

    public IReadOnlyList<PoolContext> Pools => _pools;

    public static async Task<BenchClients> ConnectAsync(Invocation cli, int count, string pool, CancellationToken cancellationToken)
    {
        BenchClients clients = new(cli);
        for (int i = 0; i < count; i++)
        {
            // The loops never block, so they may run where the answers are received.
            CairnClient client = await CairnClient.ConnectAsync(new CairnClientOptions { Config = cli.Config, InlineCompletions = true }, cancellationToken);
            clients._clients.Add(client);
            clients._pools.Add(await client.OpenPoolAsync(pool, cancellationToken));
        }

        return clients;
    }

    public CostMeter NewMeter() => new(_clients[0].Map, _osds, _cli.Monitors);

    public async ValueTask DisposeAsync()
    {
        foreach (CairnClient client in _clients)
        {
            await client.DisposeAsync();
        }

        _osds.Dispose();
    }
}
