using System.Globalization;

namespace Cairn.Store.Bench;

/// <summary>The other end of <see cref="Scale"/>: fills a store or opens it and uses it, tells of each step, and waits to be killed or for its input to close.</summary>
internal static class ScaleChild
{
    private const int ListedMin = 500_000;
    private const int ReadObjects = 200_000;
    private const int Overwritten = 200_000;

    public static async Task<int> RunAsync(string[] arguments)
    {
        (string what, string directory) = (arguments[0], arguments[1]);
        int[] milestones = [.. arguments[2..].Select(static a => int.Parse(a, CultureInfo.InvariantCulture))];
        ScaleStore? opened = null;
        (await ScaleFigures.MeasureAsync("open", async () =>
        {
            opened = await ScaleStore.OpenAsync(directory, create: what == "fill");
            return (opened.Store.Usage.ObjectCount, Waits.None);
        })).Print();
        await using ScaleStore scale = opened!;
        await (what switch
        {
            "fill" => FillAsync(scale, milestones),
            "use" => UseAsync(scale, milestones[^1]),
            _ => Task.CompletedTask,
        });
        Console.WriteLine("done");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static async Task FillAsync(ScaleStore scale, int[] milestones)
    {
        int from = 0;
        foreach (int to in milestones)
        {
            (await ScaleFigures.MeasureAsync("fill", async () => (to, await scale.WriteAsync(from, to, static i => i)))).Print();
            (await ScaleFigures.MeasureAsync("checkpoint", async () =>
            {
                await scale.Store.CheckpointAsync();
                return (to, Waits.None);
            })).Print();
            from = to;
        }

        // So that a kill finds a WAL to replay.
        await OverwriteAsync(scale, from);
    }

    private static async Task UseAsync(ScaleStore scale, int objects)
    {
        (await ScaleFigures.MeasureAsync("list", () => Task.FromResult((scale.List(ListedMin), Waits.None)))).Print();
        (await ScaleFigures.MeasureAsync("read", async () => (objects, await scale.ReadAsync(Math.Min(objects, ReadObjects), 16, objects)))).Print();
        await OverwriteAsync(scale, objects);
    }

    private static async Task OverwriteAsync(ScaleStore scale, int objects) =>
        (await ScaleFigures.MeasureAsync(
            "overwrite", async () => (objects, await scale.WriteAsync(0, Math.Min(objects, Overwritten), _ => Random.Shared.Next(objects))))).Print();
}
