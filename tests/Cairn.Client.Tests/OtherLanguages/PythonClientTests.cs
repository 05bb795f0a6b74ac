using System.Diagnostics;
using Cairn.Client.Tests.Fakes;
using Cairn.Messaging.DataPlane;

namespace Cairn.Client.Tests.OtherLanguages;

/// <summary>The wire as osd.proto describes it is enough to write a client: one in Python does put, get, ls and rm.</summary>
public class PythonClientTests
{
    [Theory]
    [InlineData(DataPlaneMode.Crc)]
    [InlineData(DataPlaneMode.Secure)]
    public async Task A_client_in_Python_puts_gets_lists_and_removes(DataPlaneMode mode)
    {
        Assert.SkipUnless(IsInstalled("python3") && IsInstalled("openssl"), "python3 or openssl is not installed");
        await using FakeCluster cluster = new(mode: mode);
        string folder = Directory.CreateTempSubdirectory("cairn-python-").FullName;
        byte[] file = new byte[100_000];
        new Random(1).NextBytes(file);
        string source = Path.Combine(folder, "in"), back = Path.Combine(folder, "out");
        await File.WriteAllBytesAsync(source, file);

        await RunAsync(cluster, mode, "put", "from python", source);
        await cluster.Pool.WriteFullAsync("aus C#, Größe 1", new byte[] { 1, 2, 3 });
        Assert.Equal(file, await cluster.Pool.ReadAsync("from python"));
        Assert.Equal("aus C#, Größe 1\nfrom python\n", await RunAsync(cluster, mode, "ls"));
        await RunAsync(cluster, mode, "get", "aus C#, Größe 1", back);
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(back));
        await RunAsync(cluster, mode, "rm", "from python");
        Assert.Equal("aus C#, Größe 1\n", await RunAsync(cluster, mode, "ls"));
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string> RunAsync(FakeCluster cluster, DataPlaneMode mode, params string[] command)
    {
        ProcessStartInfo start = new("python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] options =
        [
            Path.Combine(AppContext.BaseDirectory, "OtherLanguages", "cairn_client.py"),
            "--fsid", cluster.Map.Fsid.ToString(), "--tls", cluster.TlsDirectory, "--entity", "client.admin",
            "--mode", mode == DataPlaneMode.Crc ? "crc" : "secure", "--pool", $"{FakeCluster.PoolId}",
            "--pg-num", $"{cluster.Map.Pools[FakeCluster.PoolId].PgNum}", "--epoch", $"{cluster.Map.Epoch.Value}",
            .. cluster.Osds.SelectMany((osd, i) => (string[])["--osd", $"{i}={osd.Address}"]),
        ];
        foreach (string argument in options.Concat(command))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["PYTHONIOENCODING"] = "utf-8";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);
        return await output;
    }

    private static bool IsInstalled(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
