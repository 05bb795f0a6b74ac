using System.Diagnostics;

namespace Cairn.Cluster.Tests.Harness;

/// <summary>What a program printed, and how it ended.</summary>
public sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    /// <summary>Fails the test unless the program succeeded.</summary>
    public ProgramRun Required()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Output}\n{Error}");
        return this;
    }
}

/// <summary>
/// Runs <c>cairn</c>, <c>cairn-mon</c> and <c>cairn-osd</c>: those that <c>scripts/build</c> made, if CAIRN_PROGRAMS names their folder, as in
/// <c>scripts/test</c>; else those beside the tests.
/// </summary>
public static class CairnProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly string Folder = Environment.GetEnvironmentVariable("CAIRN_PROGRAMS") is { Length: > 0 } built ? built : AppContext.BaseDirectory;

    public static string PathOf(string program) => Path.Combine(Folder, program);

    public static async Task<ProgramRun> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(PathOf(program), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end within {Patience}");
        }

        return new ProgramRun(process.ExitCode, await output, await error);
    }
}
