using System.Text;
using Cairn.Cli.Shell;
using Cairn.Crush;

namespace Cairn.Cli.Crush;

/// <summary>Reads maps, texts or compiled ones; what is wrong with one is a sentence that names file, line and column.</summary>
internal static class CrushFiles
{
    public static CrushMap Read(string file)
    {
        byte[] bytes = ReadAll(file);
        if (CrushBinary.IsBinary(bytes))
        {
            return Guard(() => CrushBinary.Read(bytes));
        }

        try
        {
            return CrushText.Read(Encoding.UTF8.GetString(bytes));
        }
        catch (CrushTextException e)
        {
            throw new CliException($"{file}:{e.Line}:{e.Column}: {e.Problem}");
        }
    }

    private static byte[] ReadAll(string file)
    {
        if (file != "-")
        {
            return File.ReadAllBytes(file);
        }

        using Stream input = Console.OpenStandardInput();
        MemoryStream bytes = new();
        input.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>Writes a map to a file, or to standard output if there is none.</summary>
    public static async Task WriteAsync(Invocation cli, CrushMap map, string? file, bool binary, CancellationToken cancellationToken)
    {
        if (!binary)
        {
            await WriteTextAsync(cli, CrushText.Write(map), file, cancellationToken);
        }
        else if (file is not null)
        {
            await File.WriteAllBytesAsync(file, Guard(() => CrushBinary.Write(map)), cancellationToken);
        }
        else
        {
            await using Stream output = Console.OpenStandardOutput();
            await output.WriteAsync(Guard(() => CrushBinary.Write(map)), cancellationToken);
        }
    }

    /// <inheritdoc cref="WriteAsync"/>
    public static Task WriteTextAsync(Invocation cli, string text, string? file, CancellationToken cancellationToken) =>
        file is null ? cli.Output.WriteAsync(text) : File.WriteAllTextAsync(file, text, cancellationToken);

    /// <summary>Runs what may refuse a map.</summary>
    public static T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (CrushException e)
        {
            throw new CliException(e.Message);
        }
    }

    /// <summary>The pairs OSD WEIGHT of --weight, the weight a decimal that is cut to 16.16, and to the range 0 to 1.</summary>
    public static Dictionary<int, uint> ParseWeights(string[] words)
    {
        var weights = new Dictionary<int, uint>();
        foreach (string[] pair in words.Chunk(2))
        {
            if (pair.Length != 2 || !Arguments.TryParseOsd(pair[0], out Maps.OsdId osd)
                || !float.TryParse(pair[1], System.Globalization.CultureInfo.InvariantCulture, out float weight) || float.IsNaN(weight))
            {
                throw new CliException($"--weight takes an OSD and its weight, as in --weight 3 0.5; not '{string.Join(' ', pair)}'", ExitCode.Usage);
            }

            weights[osd.Value] = (uint)(Math.Clamp(weight, 0, 1) * 0x10000);
        }

        return weights;
    }
}
