using System.Globalization;
using Cairn.Client;
using Cairn.Cluster.Tests.Harness;
using Cairn.Simulation.Chance;

namespace Cairn.Cluster.Tests.Soak;

/// <summary>
/// Clients at work on shared objects while faults strike; then everything is healed, and judged: all operations answered and all PGs clean
/// within bounded time, one order that explains every answer, all copies alike to the byte.
/// </summary>
public sealed class SoakRound(TestCluster cluster, SeededRandom random, string prefix, Action<string> log)
{
    public const string Pool = "soak";
    public const int Mons = 3;
    public const int Osds = 4;

    private const int Clients = 4;
    private const int Outstanding = 3;

    // On a machine that does other things too. What takes this long is stuck.
    private static readonly TimeSpan AnswersMax = TimeSpan.FromSeconds(120);
    private const int CleanMaxSeconds = 240;

    private int _clients;

    public async Task RunAsync(TimeSpan faultsFor, TimeSpan meanGap)
    {
        var history = new SoakHistory();
        List<SoakClient> clients = [];
        for (int i = 0; i < Clients; i++)
        {
            clients.Add(await NewClientAsync(history, Outstanding));
        }

        await new FaultPlan(cluster, random.Fork(), Mons, Osds, log).RunAsync(faultsFor, meanGap);
        // One client goes away with operations under way.
        await clients[0].DisposeAsync();
        clients.RemoveAt(0);
        await FinishAsync(clients, history);
        await cluster.WaitForAsync("all OSDs up and in", static s => s.OsdsUp == Osds && s.OsdsIn == Osds, CleanMaxSeconds);
        await cluster.WaitForCleanAsync(CleanMaxSeconds);
        await using (SoakClient reader = await NewClientAsync(history, outstanding: 0))
        {
            await reader.ReadAllAsync();
        }

        IReadOnlyList<string> violations = history.Check();
        log(string.Create(CultureInfo.InvariantCulture, $"{history.Count} operations, {history.Unanswered} unanswered, {violations.Count} violations, {history.GivenUp} searches given up"));
        Assert.True(violations.Count == 0, string.Join("\n", violations));
        ProgramRun scrub = await cluster.TryCairnAsync("scrub", "--deep", Pool, "--timeout", $"{CleanMaxSeconds}s");
        Assert.True(scrub.ExitCode == 0, $"copies differ: {scrub.Output}{scrub.Error}");
    }

    private async Task FinishAsync(List<SoakClient> clients, SoakHistory history)
    {
        try
        {
            await Task.WhenAll(clients.Select(static c => c.FinishAsync(AnswersMax)));
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{history.Unanswered} operations are not answered {AnswersMax} after the faults ended");
        }

        foreach (SoakClient client in clients)
        {
            await client.DisposeAsync();
        }
    }

    private Task<SoakClient> NewClientAsync(SoakHistory history, int outstanding) => SoakClient.StartAsync(
        ++_clients, CairnClientOptions.FromFile(cluster.ConfPath), Pool, history, prefix, random.Fork(), outstanding);
}
