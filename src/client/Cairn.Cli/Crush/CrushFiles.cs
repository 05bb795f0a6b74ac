using Cairn.Cli.Shell;
using Cairn.Crush;

namespace Cairn.Cli.Crush;

/// <summary>Reads map texts; what is wrong with one is a sentence that names file, line and column.</summary>
internal static class CrushFiles
{
    public static CrushMap Read(string file)
    {
        string text = file == "-" ? Console.In.ReadToEnd() : File.ReadAllText(file);
        try
        {
            return CrushText.Read(text);
        }
        catch (CrushTextException e)
        {
            throw new CliException($"{file}:{e.Line}:{e.Column}: {e.Problem}");
        }
    }

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

    /// <summary>The pairs OSD WEIGHT of --weight, the weight a decimal that is cut to 16.16.</summary>
    public static Dictionary<int, uint> ParseWeights(string[] words)
    {
        var weights = new Dictionary<int, uint>();
        foreach (string[] pair in words.Chunk(2))
        {
            if (pair.Length != 2 || !Arguments.TryParseOsd(pair[0], out Maps.OsdId osd)
                || !float.TryParse(pair[1], System.Globalization.CultureInfo.InvariantCulture, out float weight) || !(weight is >= 0 and < 65536))
            {
                throw new CliException($"--weight takes an OSD and its weight, as in --weight 3 0.5; not '{string.Join(' ', pair)}'", ExitCode.Usage);
            }

            weights[osd.Value] = (uint)(weight * 0x10000);
        }

        return weights;
    }
}
