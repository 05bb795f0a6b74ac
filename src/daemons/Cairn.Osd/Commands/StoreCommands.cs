using System.CommandLine;
using System.Globalization;
using Cairn.Maps;
using Cairn.Messaging.Configuration;
using Cairn.Objects;
using Cairn.Store.Tools;

namespace Cairn.Osd.Commands;

/// <summary><c>cairn-osd store ...</c>: looks into, and mends, the store of an OSD that does not run.</summary>
internal static class StoreCommands
{
    private static readonly Option<string?> PgOption = new("--pg") { Description = "The PG: 1.2f." };
    private static readonly Argument<string> PgArgument = new("pg") { Description = "The PG: 1.2f." };
    private static readonly Argument<string> FileArgument = new("file") { Description = "The archive; - is standard input or output." };

    /// <param name="directory">The data directory that a command line means.</param>
    /// <param name="guard">Runs a command, and turns what it throws into a sentence and an exit code.</param>
    public static Command Create(IEnumerable<Option> common, Func<ParseResult, string> directory, Func<Func<Task<int>>, Task<int>> guard)
    {
        var store = new Command("store", "Offline tools for the OSD's store. The OSD must not run.");
        Option<string?> objectName = new("--object") { Description = "An object of the PG: NAME or NAMESPACE/NAME." };
        Option<bool> wal = new("--wal") { Description = "The transactions in the write-ahead log." };
        Option<int> bytes = new("--bytes") { Description = "Bytes of each write.", DefaultValueFactory = static _ => 4096 };
        Option<int> writers = new("--writers") { Description = "Writes under way at a time.", DefaultValueFactory = static _ => 16 };
        Option<int> seconds = new("--seconds") { Description = "For how long.", DefaultValueFactory = static _ => 10 };
        Option<bool> truncate = new("--truncate-wal") { Description = "Cut a damaged write-ahead log off where it is damaged." };
        Option<bool> confirm = new("--yes-i-really-mean-it") { Description = "Accept the loss that is spelled out without it." };
        Add(new Command("fsck", "Checks everything, and changes nothing but for leftovers that every start deletes."), (parsed, _) => Task.FromResult(Fsck(directory(parsed))));
        Add(new Command("list-pgs", "Lists the PGs in the store."), (parsed, stopping) => ListPgsAsync(directory(parsed), stopping));
        Add(
            new Command("dump", "Prints a PG with its log, an object, or the write-ahead log, as JSON.") { PgOption, objectName, wal },
            (parsed, stopping) => DumpAsync(directory(parsed), parsed.GetValue(PgOption), parsed.GetValue(objectName), parsed.GetValue(wal), stopping));
        Add(
            new Command("export", "Writes a PG to a file.") { PgArgument, FileArgument },
            (parsed, stopping) => ExportAsync(directory(parsed), ParsePg(parsed.GetRequiredValue(PgArgument)), parsed.GetRequiredValue(FileArgument), stopping));
        Add(
            new Command("import", "Adds a PG from a file that export wrote; the store must not have it.") { FileArgument },
            (parsed, stopping) => ImportAsync(directory(parsed), parsed.GetRequiredValue(FileArgument), stopping));
        Add(
            new Command("bench", "Measures durable writes, beside what the store holds.") { bytes, writers, seconds },
            (parsed, stopping) => BenchAsync(directory(parsed), parsed.GetValue(bytes), parsed.GetValue(writers), parsed.GetValue(seconds), stopping));
        Add(
            new Command("repair", "Mends a damaged store.") { truncate, confirm },
            (parsed, _) => Task.FromResult(Repair(directory(parsed), parsed.GetValue(truncate), parsed.GetValue(confirm))));
        return store;

        void Add(Command command, Func<ParseResult, CancellationToken, Task<int>> run)
        {
            foreach (Option option in common)
            {
                command.Options.Add(option);
            }

            command.SetAction((parsed, stopping) => guard(() => run(parsed, stopping)));
            store.Subcommands.Add(command);
        }
    }

    private static int Fsck(string directory)
    {
        FsckReport report = StoreTool.Fsck(directory);
        foreach (string error in report.Errors)
        {
            Console.Error.WriteLine($"error: {error}");
        }

        foreach (string note in report.Notes)
        {
            Console.WriteLine($"note: {note}");
        }

        Console.WriteLine(
            $"{report.Collections} PGs, {report.Objects} objects, {report.DataBytes} bytes of data; {report.BytesVerified} bytes verified; {report.Errors.Count} errors");
        return report.IsClean ? 0 : 1;
    }

    private static async Task<int> ListPgsAsync(string directory, CancellationToken stopping)
    {
        foreach (PgId pg in await StoreTool.ListPgsAsync(directory, stopping))
        {
            Console.WriteLine(pg);
        }

        return 0;
    }

    private static async Task<int> DumpAsync(string directory, string? pgText, string? objectName, bool wal, CancellationToken stopping)
    {
        await using Stream output = Console.OpenStandardOutput();
        if (wal)
        {
            StoreTool.DumpWal(directory, output);
            return 0;
        }

        PgId pg = ParsePg(pgText ?? throw new ConfigException("dump what? --pg PG, --pg PG --object NAME, or --wal"));
        if (objectName is null)
        {
            return await StoreTool.DumpPgAsync(directory, pg, output, PgDump.Write, stopping) ? 0 : throw new OsdStartException($"the store in {directory} has no pg {pg}");
        }

        int slash = objectName.IndexOf('/', StringComparison.Ordinal);
        var id = slash < 0
            ? new ObjectId(pg.Pool, "", objectName)
            : new ObjectId(pg.Pool, objectName[..slash], objectName[(slash + 1)..]);
        return StoreTool.DumpObject(directory, pg, id, output) ? 0 : throw new OsdStartException($"pg {pg} in {directory} has no object {id}");
    }

    private static async Task<int> ExportAsync(string directory, PgId pg, string file, CancellationToken stopping)
    {
        await using Stream output = file == "-" ? Console.OpenStandardOutput() : new FileStream(file, FileMode.CreateNew);
        long objects = await StoreTool.ExportAsync(directory, pg, output, stopping);
        await Console.Error.WriteLineAsync($"pg {pg}: {objects} objects exported");
        return 0;
    }

    private static async Task<int> ImportAsync(string directory, string file, CancellationToken stopping)
    {
        await using Stream input = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
        PgId pg = await StoreTool.ImportAsync(directory, input, stopping);
        Console.WriteLine($"pg {pg} imported");
        return 0;
    }

    private static async Task<int> BenchAsync(string directory, int bytes, int writers, int seconds, CancellationToken stopping)
    {
        if (bytes is < 1 or > 4 << 20 || writers is < 1 or > 1024 || seconds is < 1 or > 3600)
        {
            throw new ConfigException("--bytes is within 1 and 4194304, --writers within 1 and 1024, --seconds within 1 and 3600");
        }

        StoreBenchResult result = await StoreTool.BenchAsync(directory, bytes, writers, TimeSpan.FromSeconds(seconds), stopping);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Writes} durable writes of {bytes} bytes in {result.Elapsed.TotalSeconds:F1} s, {result.Writers} at a time: "
            + $"{result.Writes / result.Elapsed.TotalSeconds:F0}/s, {result.Bytes / result.Elapsed.TotalSeconds / 1e6:F1} MB/s, "
            + $"median {result.Median.TotalMicroseconds:F0} us, 99 % within {result.Slowest99.TotalMicroseconds:F0} us"));
        return 0;
    }

    private static int Repair(string directory, bool truncate, bool confirmed)
    {
        if (!truncate)
        {
            throw new ConfigException("repair what? --truncate-wal");
        }

        WalDamage damage = StoreTool.FindWalDamage(directory);
        if (damage.Damage is null)
        {
            Console.WriteLine("the write-ahead log is not damaged: nothing to do");
            return 0;
        }

        string loss = $"{damage.Damage}; transactions {damage.FirstLost} to {damage.LastLost}, some of them acknowledged to clients, would be lost on this OSD";
        if (!confirmed)
        {
            throw new OsdStartException($"{loss}. Better remove this OSD and let the cluster copy its data anew; to go on, add --yes-i-really-mean-it");
        }

        StoreTool.TruncateWal(directory);
        Console.WriteLine($"cut off: {loss.Replace("would be", "are", StringComparison.Ordinal)}");
        return 0;
    }

    private static PgId ParsePg(string text) =>
        PgId.TryParse(text, out PgId pg) ? pg : throw new ConfigException($"'{text}' is no PG: expected POOL.SEED, as 1.2f");
}
