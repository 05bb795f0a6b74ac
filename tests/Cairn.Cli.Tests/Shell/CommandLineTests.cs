using Cairn.Cli.Shell;

namespace Cairn.Cli.Tests.Shell;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("", "Required command was not provided.")]
    [InlineData("nonsense", "'nonsense'")]
    [InlineData("osd out", "'osd'")]
    [InlineData("osd out seven", "'seven' is no OSD: expected 3 or osd.3.")]
    [InlineData("status --format xml", "'xml'")]
    [InlineData("put file", "'--pool'")]
    [InlineData("bench write -p x --size 4parsecs", "'4parsecs' is no size")]
    [InlineData("bench write -p x --size 0", "--size is 1 to")]
    [InlineData("bench write -p x -t 0", "--in-flight is 1 to")]
    [InlineData("bench write -p x -t many", "--in-flight is 1 to")]
    [InlineData("dev up --mons 2", "--mons is 1, 3 or 5")]
    [InlineData("dev up --osds none", "--osds is 0 to")]
    [InlineData("wait osd 3 sideways", "'sideways'")]
    [InlineData("wait clean --timeout soon", "'soon' is no time")]
    public async Task A_wrong_command_line_ends_with_2_and_a_sentence_on_stderr(string line, string part)
    {
        (int code, string output, string error) = await RunAsync(line);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(part, error, StringComparison.Ordinal);
        Assert.Contains("--help'", error, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Fact]
    public async Task A_configuration_that_is_not_there_ends_with_1_and_its_name()
    {
        (int code, _, string error) = await RunAsync("--conf /nowhere/cairn.conf status");
        Assert.Equal(ExitCode.Failed, code);
        Assert.StartsWith("cairn: can't read the configuration /nowhere/cairn.conf", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_mistake_in_the_configuration_names_file_line_and_option()
    {
        using TempFolder folder = new();
        string conf = folder.Write("cairn.conf", "[global]\nfsid = 00000000-0000-0000-0000-000000000001\nmon_hots = 127.0.0.1:1\n");
        (int code, _, string error) = await RunAsync($"--conf {conf} status");
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains($"{conf}:3: unknown option 'mon_hots'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Monitors_that_do_not_answer_end_the_command_in_the_time_that_was_set()
    {
        using TempFolder folder = new();
        string conf = folder.Write(
            "cairn.conf",
            "[global]\nfsid = 00000000-0000-0000-0000-000000000001\nmon_host = 127.0.0.1:1\nrados_mon_op_timeout = 300ms\n");
        Assert.Equal(ExitCode.Done, (await RunAsync($"--conf {conf} auth init 00000000-0000-0000-0000-000000000001")).Code);
        Assert.Equal(ExitCode.Done, (await RunAsync($"--conf {conf} auth issue client.admin")).Code);
        (int code, _, string error) = await RunAsync($"--conf {conf} status");
        Assert.Equal(ExitCode.Failed, code);
        Assert.StartsWith("cairn: no monitor could answer within 0.3s (asked 127.0.0.1:1)", error, StringComparison.Ordinal);
    }

    public static TheoryData<string> AllCommands()
    {
        TheoryData<string> all = [];
        void Add(System.CommandLine.Command command, string path)
        {
            all.Add(path);
            foreach (System.CommandLine.Command sub in command.Subcommands)
            {
                Add(sub, $"{path} {sub.Name}".Trim());
            }
        }

        Add(CommandLine.Root(), "");
        return all;
    }

    [Theory]
    [MemberData(nameof(AllCommands))]
    public async Task Every_command_explains_itself(string path)
    {
        (int code, string output, string error) = await RunAsync($"{path} --help");
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("Usage:", output, StringComparison.Ordinal);
        Assert.Empty(error);
    }

    [Fact]
    public void Every_command_argument_and_option_has_a_description()
    {
        static IEnumerable<string> Undescribed(System.CommandLine.Command command) =>
            command.Arguments.Cast<System.CommandLine.Symbol>().Concat(command.Options).Append(command)
                .Where(s => string.IsNullOrWhiteSpace(s.Description)).Select(s => $"{command.Name}: {s.Name}")
                .Concat(command.Subcommands.SelectMany(Undescribed));
        Assert.Empty(Undescribed(CommandLine.Root()));
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string line)
    {
        StringWriter output = new();
        StringWriter error = new();
        int code = await CommandLine.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, error);
        return (code, output.ToString(), error.ToString());
    }
}
