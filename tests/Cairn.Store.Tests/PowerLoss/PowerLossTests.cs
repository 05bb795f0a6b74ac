using System.Globalization;

namespace Cairn.Store.Tests.PowerLoss;

/// <summary>
/// Cuts the power at every write and sync of random histories, starts again, and compares: what was acknowledged is there, whole, and what
/// is there beyond is whole too. <c>scripts/soak store</c> asks for more by CAIRN_STORE_CUTS and for others by CAIRN_STORE_SEED.
/// </summary>
public sealed class PowerLossTests
{
    private static readonly int Cuts = Setting("CAIRN_STORE_CUTS", 40_000);
    private static readonly int FirstSeed = Setting("CAIRN_STORE_SEED", 1);

    [Fact]
    public async Task Every_cut_point_leaves_a_prefix_with_all_that_was_acknowledged()
    {
        int seed = FirstSeed - 1;
        int cuts = 0;
        int disks = 0;
        TimeSpan before = Environment.CpuUsage.TotalTime;
        await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(async () =>
        {
            while (Volatile.Read(ref cuts) < Cuts)
            {
                // Of four histories one is on a raw device, and of eight one cleans segments all the time.
                int number = Interlocked.Increment(ref seed);
                var campaign = new CutCampaign(number, onDevice: number % 4 == 2, churn: number % 8 == 7);
                int done = await campaign.Run(honest: true);
                Interlocked.Add(ref cuts, done);
                Interlocked.Add(ref disks, campaign.DisksSeen);
            }
        })));
        double cpuMs = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / cuts;
        TestContext.Current.TestOutputHelper?.WriteLine($"{cuts} cut points in histories {FirstSeed} to {seed}, {disks} different disks, {cpuMs:f2} ms of CPU each");
    }

    [Fact]
    public async Task Power_cut_while_segments_are_cleaned_and_written_anew_leaves_such_a_prefix_too()
    {
        int cuts = await new CutCampaign(FirstSeed + 7, churn: true).Run(honest: true);
        Assert.True(cuts > 400, $"{cuts} cut points");
    }

    [Fact]
    public async Task A_disk_that_skips_flushes_is_found_out() =>
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            for (int seed = 1; seed <= 5; seed++)
            {
                await new CutCampaign(seed).Run(honest: false);
            }
        });

    private static int Setting(string name, int standard) =>
        Environment.GetEnvironmentVariable(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : standard;
}
