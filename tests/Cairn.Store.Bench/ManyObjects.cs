using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Cairn.Store.Bench;

/// <summary>
/// Many small objects: how long a start takes and how much memory, each in a process of its own: after kill -9 in the middle of writing, and
/// after a clean stop.
/// </summary>
internal static class ManyObjects
{
    private const int StandardObjects = 1_000_000;

    public static async Task RunAsync(BenchOptions options, Report report)
    {
        int objects = options.Objects ?? StandardObjects;
        string name = $"{objects:#,0} objects";
        string directory = Path.Combine(options.Directory, $"store-bench-{Guid.NewGuid():n}");
        try
        {
            ObjectsFigures filled = await ChildAsync("fill", directory, objects, kill: true);
            report.Add($"{name}: written", [objects / filled.Seconds], "1/s");
            report.Add($"{name}: memory while writing, at most", [filled.PeakMiB], "MiB");
            var crashed = new List<ObjectsFigures>();
            var clean = new List<ObjectsFigures>();
            for (int round = 0; round < options.Rounds; round++)
            {
                // A third as many again are overwritten before each kill, so that there is a WAL to replay.
                _ = round == 0 ? null : await ChildAsync("overwrite", directory, objects / 3, kill: true);
                crashed.Add(await ChildAsync("open", directory, objects, kill: false));
                clean.Add(await ChildAsync("open", directory, objects, kill: false));
            }

            report.Add($"{name}: start after kill -9", crashed.Select(static f => f.Seconds), "s", 10, atMost: true);
            report.Add($"{name}: CPU of that start", crashed.Select(static f => f.CpuSeconds), "s");
            report.Add($"{name}: memory after that start", crashed.Select(static f => f.MiB), "MiB", 400, atMost: true);
            report.Add($"{name}: start after a clean stop", clean.Select(static f => f.Seconds), "s", 2, atMost: true);
            report.Add($"{name}: CPU of that start", clean.Select(static f => f.CpuSeconds), "s");
            report.Add($"{name}: memory after that start", clean.Select(static f => f.MiB), "MiB", 400, atMost: true);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<ObjectsFigures> ChildAsync(string what, string directory, int count, bool kill)
    {
        string program = typeof(ManyObjects).Assembly.Location;
        using Process child = Process.Start(new ProcessStartInfo("dotnet", [program, "child", what, directory, count.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        })!;
        string? line = await child.StandardOutput.ReadLineAsync();
        if (kill)
        {
            child.Kill();
        }
        else
        {
            child.StandardInput.Close();
        }

        await child.WaitForExitAsync();
        return JsonSerializer.Deserialize<ObjectsFigures>(line ?? throw new InvalidOperationException($"the child that should {what} ended early"))!;
    }
}

/// <param name="Seconds">Of what was asked for.</param>
/// <param name="MiB">Resident afterwards.</param>
internal sealed record ObjectsFigures(double Seconds, double CpuSeconds, double MiB, double PeakMiB);
