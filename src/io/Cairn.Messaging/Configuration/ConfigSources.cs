using System.Collections;

namespace Cairn.Messaging.Configuration;

/// <summary>Gathers the values of one entity from the places they may stand in, each checked where it stands.</summary>
internal sealed class ConfigSources(string? path, EntityName entity)
{
    private const string EnvironmentPrefix = "CAIRN_";

    public ConfigSources(string? path, EntityName entity, IEnumerable<KeyValuePair<string, string>> values, IEnumerable<KeyValuePair<string, string>> origins)
        : this(path, entity)
    {
        Values = new Dictionary<string, string>(values);
        Origins = new Dictionary<string, string>(origins);
    }

    public Dictionary<string, string> Values { get; } = [];

    public Dictionary<string, string> Origins { get; } = [];

    /// <summary>Every line is checked, also those of other daemons: a mistake is found before the daemon it is for starts.</summary>
    public void AddFile(IReadOnlyList<IniLine> lines)
    {
        Dictionary<(string Section, string Name), int> seen = [];
        foreach (IniLine line in lines)
        {
            string where = $"{path}:{line.LineNumber}";
            ConfigOption option = Check(line.Name, line.Value, where);
            if (option.PerDaemon && !line.Section.Contains('.', StringComparison.Ordinal))
            {
                throw new ConfigException($"{where}: option '{option.Name}' belongs in the section of one daemon, such as [mon.a], not in [{line.Section}]");
            }

            if (!seen.TryAdd((line.Section, option.Name), line.LineNumber))
            {
                throw new ConfigException($"{where}: option '{option.Name}' stands twice in [{line.Section}], first in line {seen[(line.Section, option.Name)]}");
            }
        }

        foreach (string section in (string[])["global", entity.TypeName, entity.ToString()])
        {
            foreach (IniLine line in lines.Where(l => l.Section == section))
            {
                Set(line.Name, line.Value, $"{path}:{line.LineNumber}");
            }
        }
    }

    public void Add(IEnumerable<KeyValuePair<string, string>> options, string origin)
    {
        foreach ((string name, string value) in options)
        {
            Check(KnownOptions.Normalize(name), value, origin);
            Set(KnownOptions.Normalize(name), value, origin);
        }
    }

    /// <summary>Variables that name an option. Others that begin so (CAIRN_CONF) are not options.</summary>
    public static IEnumerable<KeyValuePair<string, string>> FromEnvironment()
    {
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            string name = (string)variable.Key;
            if (name.StartsWith(EnvironmentPrefix, StringComparison.Ordinal)
                && KnownOptions.Find(name[EnvironmentPrefix.Length..].ToLowerInvariant()) is { } option)
            {
                yield return new(option.Name, (string)variable.Value!);
            }
        }
    }

    public IReadOnlyList<MonitorMember> Members(IReadOnlyList<IniLine> lines)
    {
        List<MonitorMember> members = [];
        foreach (var section in lines.Where(l => l.Section.StartsWith("mon.", StringComparison.Ordinal)).GroupBy(l => l.Section).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            EntityName monitor = EntityName.Parse(section.Key);
            HostPort Address(string option) => HostPort.Parse(Expand(
                section.FirstOrDefault(l => l.Name == option) is { Name: not null } line
                    ? line.Value
                    : throw new ConfigException($"{path}: section [{section.Key}] lacks the option '{option}'"),
                path,
                monitor));
            members.Add(new MonitorMember(monitor.Id, Address("mon_addr"), Address("mon_raft_addr")));
        }

        return members;
    }

    /// <summary>Expands <c>$id</c>, <c>$name</c>, <c>$type</c>, <c>$host</c> and <c>$cluster_dir</c> (the file's folder).</summary>
    public static string Expand(string value, string? path, EntityName entity) =>
        !value.Contains('$', StringComparison.Ordinal)
            ? value
            : value
                .Replace("$cluster_dir", path is null ? Directory.GetCurrentDirectory() : Path.GetDirectoryName(path), StringComparison.Ordinal)
                .Replace("$name", entity.ToString(), StringComparison.Ordinal)
                .Replace("$type", entity.TypeName, StringComparison.Ordinal)
                .Replace("$host", Environment.MachineName, StringComparison.Ordinal)
                .Replace("$id", entity.Id, StringComparison.Ordinal);

    private void Set(string name, string value, string origin)
    {
        Values[name] = Expand(value, path, entity);
        Origins[name] = origin;
    }

    private ConfigOption Check(string name, string value, string where)
    {
        ConfigOption option = KnownOptions.Find(name) ?? throw new ConfigException($"{where}: unknown option '{name}'{Nearest(name)}");
        try
        {
            OptionValue.Check(option, Expand(value, path, entity));
            return option;
        }
        catch (FormatException e)
        {
            throw new ConfigException($"{where}: option '{name}' = '{value}': {e.Message}", e);
        }
    }

    private static string Nearest(string name)
    {
        string? nearest = KnownOptions.All.Select(o => o.Name).FirstOrDefault(o => Distance(o, name) <= 2);
        return nearest is null ? "" : $" (did you mean '{nearest}'?)";
    }

    /// <summary>Levenshtein's edit distance.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int up = row[j];
                row[j] = Math.Min(Math.Min(up, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = up;
            }
        }

        return row[b.Length];
    }
}
