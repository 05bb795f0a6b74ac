using Cairn.Cli.Shell;
using Cairn.Crush;

namespace Cairn.Cli.Tests.Crush;

/// <summary>
/// Golden output of <c>crushtool --test</c> of Ceph 16.2.15. The first line of a file in <c>Golden</c> is the map and the options; the map
/// was compiled (<c>crushtool -c</c>) before.
/// </summary>
public sealed class CrushtoolTests
{
    private static readonly string Golden = Path.Combine(AppContext.BaseDirectory, "Crush", "Golden");

    public static TheoryData<string> Runs => [.. Directory.GetFiles(Golden, "*.txt").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Crush_test_prints_what_crushtool_prints_of_a_text(string run)
    {
        (string map, string[] options, string expected) = Read(run);
        Assert.Equal(expected, await TestAsync(map, options));
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Crush_test_prints_the_same_of_the_compiled_map(string run)
    {
        (string map, string[] options, string expected) = Read(run);
        using TempFolder folder = new();
        string compiled = Path.Combine(folder.Path, "compiled");
        Assert.Equal(ExitCode.Done, await CommandLine.RunAsync(["crush", "compile", map, "--binary", "-o", compiled], TextWriter.Null, TextWriter.Null));
        Assert.True(CrushBinary.IsBinary(await File.ReadAllBytesAsync(compiled, TestContext.Current.CancellationToken)));
        Assert.Equal(expected, await TestAsync(compiled, options));
    }

    [Fact]
    public async Task Crush_compare_turns_shares_into_bytes_and_time()
    {
        using TempFolder folder = new();
        string before = Path.Combine(folder.Path, "before");
        string after = Path.Combine(folder.Path, "after");
        Assert.Equal(ExitCode.Done, await CommandLine.RunAsync(["crush", "build", "--num-osds", "8", "host", "straw2", "1", "root", "straw2", "0", "-o", before], TextWriter.Null, TextWriter.Null));
        Assert.Equal(ExitCode.Done, await CommandLine.RunAsync(["crush", "build", "--num-osds", "16", "host", "straw2", "1", "root", "straw2", "0", "-o", after], TextWriter.Null, TextWriter.Null));
        using StringWriter output = new();
        using StringWriter error = new();
        string[] line = ["crush", "compare", before, after, "--num-rep", "1", "--bytes", "1TiB", "--rate", "100MiB"];
        Assert.Equal(ExitCode.Done, await CommandLine.RunAsync(line, output, error));
        string[] lines = output.ToString().Split(Environment.NewLine);
        Assert.StartsWith("ideal           50.0000 %", lines[0], StringComparison.Ordinal);
        double share = double.Parse(lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) / 100;
        Assert.InRange(share, 0.49, 0.51);
        Assert.Equal(FormattableString.Invariant($"{share * 1024:N0}"), lines[4].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].Split('.')[0], StringComparer.Ordinal);
        Assert.StartsWith("time            01:2", lines[5], StringComparison.Ordinal);
    }

    private static (string Map, string[] Options, string Expected) Read(string run)
    {
        string text = File.ReadAllText(Path.Combine(Golden, run + ".txt"));
        int end = text.IndexOf('\n', StringComparison.Ordinal);
        string[] first = text[..end].Split(' ');
        return (Path.Combine(Golden, first[0]), first[1..], text[(end + 1)..]);
    }

    private static async Task<string> TestAsync(string map, string[] options)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = await CommandLine.RunAsync(["crush", "test", "-i", map, .. options], output, error);
        Assert.True(code == ExitCode.Done, error.ToString());
        return output.ToString();
    }
}
