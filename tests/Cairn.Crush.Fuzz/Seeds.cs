using System.IO.Compression;
using System.Text;
using Cairn.Maps;
using Google.Protobuf;

namespace Cairn.Crush.Fuzz;

/// <summary>The sound maps that mutation starts from: the smaller ones of the golden data, in all three forms.</summary>
public static class Seeds
{
    private const int TextCharsMax = 8192;

    private static readonly Dictionary<MapForm, byte[][]> ByForm = Load();

    public static IReadOnlyList<byte[]> Of(MapForm form) => ByForm[form];

    private static Dictionary<MapForm, byte[][]> Load()
    {
        List<string> texts = [];
        using Stream stream = typeof(Seeds).Assembly.GetManifestResourceStream("crush-vectors.zip")!;
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
        foreach (ZipArchiveEntry entry in zip.Entries.Where(e => e.FullName.StartsWith("maps/", StringComparison.Ordinal)).OrderBy(e => e.FullName, StringComparer.Ordinal))
        {
            using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
            string text = reader.ReadToEnd();
            if (text.Length <= TextCharsMax)
            {
                texts.Add(text);
            }
        }

        CrushMap[] maps = [.. texts.Select(t => CrushText.Read(t))];
        return new Dictionary<MapForm, byte[][]>
        {
            [MapForm.Text] = [.. texts.Select(Encoding.UTF8.GetBytes)],
            [MapForm.Compiled] = [.. maps.Select(CrushBinary.Write)],
            [MapForm.Wire] = [.. maps.Select(m => CrushCodec.Encode(m).ToByteArray())],
        };
    }
}
