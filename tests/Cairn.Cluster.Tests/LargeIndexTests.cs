using Cairn.Client;
using Cairn.Cluster.Tests.Harness;

namespace Cairn.Cluster.Tests;

/// <summary>OSDs whose indexes outgrow the memory they may have, spill to the disk, and are compacted in memory and on the disk.</summary>
public sealed class LargeIndexTests
{
    private const int Osds = 2;
    private const int Objects = 8_000;

    [Fact]
    public async Task An_index_that_outgrows_its_memory_loses_nothing_while_it_is_compacted_and_an_OSD_dies()
    {
        // In separate files, so that the names of those that an index spills into can be seen.
        await using TestCluster cluster = await TestCluster.StartAsync(mons: 1, osds: Osds, "osd_memory_target=128MiB", "osd_store_separate_files=true");
        await cluster.CreatePoolAsync("data", size: Osds);
        await using CairnClient client = await cluster.ConnectAsync();
        var objects = new SmallObjects(await client.OpenPoolAsync("data"), Objects);

        // Some at a time, each twice: stretches of the index's log are of no use any more, and between them others are.
        foreach (int[] some in objects.All.Chunk(Objects / 8))
        {
            await objects.WriteAsync(some);
            await objects.WriteAsync(some);
        }

        Task writing = objects.WriteAsync(Shuffled(objects.All));
        await cluster.DevAsync("kill", "osd.1");
        await cluster.WaitForAsync("osd.1 down", static s => s.OsdsUp == Osds - 1);
        await cluster.DevAsync("start", "osd.1");
        await cluster.WaitForAsync("osd.1 up", static s => s.OsdsUp == Osds);
        await writing;
        await objects.RemoveAsync(objects.All.Where(static number => number % 5 == 1));
        await objects.WriteAsync(Shuffled(objects.All.Where(static number => number % 3 == 0)));
        await cluster.WaitForCleanAsync();
        Assert.True(OldestSpilled(cluster, osd: 0) > 0, "the index did not outgrow its memory, or was not compacted");

        await objects.VerifyAllAsync();
        await cluster.CairnAsync("scrub", "--deep", "data");
        await cluster.DevAsync("kill", "all");
        for (int osd = 0; osd < Osds; osd++)
        {
            ProgramRun fsck = await CairnProgram.RunAsync("cairn-osd", ["store", "fsck", "--id", $"{osd}", "--conf", cluster.ConfPath]);
            Assert.Contains("0 errors", fsck.Required().Output, StringComparison.Ordinal);
        }
    }

    /// <summary>Number of the first of the files that an index's older part is in: those before it went when they were compacted. Negative: there is none.</summary>
    private static int OldestSpilled(TestCluster cluster, int osd) =>
        Directory.EnumerateFiles(Path.Combine(cluster.Folder, $"osd.{osd}"), "spill.*", SearchOption.AllDirectories)
            .Select(static file => int.Parse(Path.GetExtension(file)[1..]))
            .DefaultIfEmpty(-1)
            .Min();

    private static int[] Shuffled(IEnumerable<int> numbers)
    {
        int[] shuffled = [.. numbers];
        new Random(1).Shuffle(shuffled);
        return shuffled;
    }
}
