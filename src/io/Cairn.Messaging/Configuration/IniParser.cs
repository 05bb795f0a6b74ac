namespace Cairn.Messaging.Configuration;

/// <summary>Reads the INI form of Ceph's configuration: sections, <c>name = value</c>, comments from <c>#</c> or <c>;</c> at a line's start or after a blank.</summary>
internal static class IniParser
{
    public static IReadOnlyList<IniLine> Parse(string text, string path)
    {
        List<IniLine> lines = [];
        string? section = null;
        int number = 0;
        foreach (string raw in text.Split('\n'))
        {
            number++;
            string line = WithoutComment(raw).Trim();
            if (line.Length == 0)
            {
                continue;
            }

            if (line[0] == '[')
            {
                section = line.Length > 2 && line[^1] == ']' && IsSection(line[1..^1].Trim())
                    ? line[1..^1].Trim()
                    : throw new ConfigException($"{path}:{number}: '{line}' is no section: expected [global], [mon], [osd], [client] or one daemon's, such as [osd.0]");
                continue;
            }

            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new ConfigException($"{path}:{number}: expected 'option = value', found '{line}'");
            }

            if (section is null)
            {
                throw new ConfigException($"{path}:{number}: option '{line[..equals].Trim()}' stands before any section, such as [global]");
            }

            lines.Add(new IniLine(section, KnownOptions.Normalize(line[..equals]), Unquote(line[(equals + 1)..].Trim()), number));
        }

        return lines;
    }

    private static bool IsSection(string name) => name is "global" or "mon" or "osd" or "client" || EntityName.TryParse(name, out _);

    private static string WithoutComment(string line)
    {
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            quoted ^= line[i] == '"';
            if (!quoted && line[i] is '#' or ';' && (i == 0 || char.IsWhiteSpace(line[i - 1])))
            {
                return line[..i];
            }
        }

        return line;
    }

    private static string Unquote(string value) => value.Length >= 2 && value[0] == '"' && value[^1] == '"' ? value[1..^1] : value;
}
