using System.Diagnostics;
using System.Globalization;
using Cairn.Cluster.Tests.Harness;
using Cairn.Simulation.Chance;

namespace Cairn.Cluster.Tests.Soak;

/// <summary>The simulator's workload and its linearizability checker against real daemons. <c>scripts/soak cluster</c> runs it for as long as one likes.</summary>
public sealed class FaultSoakTests
{
    private static readonly TimeSpan RoundMax = TimeSpan.FromSeconds(75);

    [Fact]
    public async Task Clients_see_one_history_while_daemons_crash_hang_and_come_back()
    {
        double minutes = Setting("CAIRN_SOAK_MINUTES", 0.3);
        ulong seed = (ulong)Setting("CAIRN_SOAK_SEED", 1);
        var clock = Stopwatch.StartNew();
        var limit = TimeSpan.FromMinutes(minutes);
        await using TestCluster cluster = await TestCluster.StartAsync(
            SoakRound.Mons, SoakRound.Osds, "mon_osd_down_out_interval=8s", "osd_heartbeat_grace=3s", "osd_store_size=2GiB", "mon_osd_max_markdown_count=1000");
        await cluster.CreatePoolAsync(SoakRound.Pool);
        clock.Restart(); // The time given is for faults, however long the start took.
        for (int round = 1; round == 1 || clock.Elapsed < limit; round++)
        {
            TimeSpan left = limit - clock.Elapsed;
            string name = string.Create(CultureInfo.InvariantCulture, $"seed {seed} round {round}");
            Log(clock, name);
            try
            {
                await new SoakRound(cluster, new SeededRandom(seed), $"r{round}", text => Log(clock, text))
                    .RunAsync(left < RoundMax ? left : RoundMax, TimeSpan.FromSeconds(4));
            }
            catch (Exception)
            {
                cluster.IsKept = Environment.GetEnvironmentVariable("CAIRN_KEEP") is not null;
                Log(clock, $"FAILED {name}; {(cluster.IsKept ? $"the cluster's folder: {cluster.Folder}" : "CAIRN_KEEP=1 keeps the cluster's folder")}");
                throw;
            }

            seed++;
        }
    }

    private static double Setting(string name, double otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private static void Log(Stopwatch clock, string text)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds,7:0.0} {text}");
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (Environment.GetEnvironmentVariable("CAIRN_SOAK_LOG") is { Length: > 0 } path)
        {
            File.AppendAllText(path, line + "\n");
        }
    }
}
