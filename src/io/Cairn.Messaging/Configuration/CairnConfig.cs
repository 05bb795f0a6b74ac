using System.Collections.Frozen;

namespace Cairn.Messaging.Configuration;

/// <summary>
/// The options of one entity. In rising order: defaults, the file's [global], [TYPE] and [TYPE.ID], the environment
/// (<c>CAIRN_OPTION_NAME</c>), the command line, central options. Everything is checked when loaded.
/// </summary>
public sealed class CairnConfig
{
    private readonly FrozenDictionary<string, string> _values;
    private readonly IReadOnlyDictionary<string, string> _origins;

    private CairnConfig(string? path, EntityName entity, IReadOnlyList<MonitorMember> members, Dictionary<string, string> values, Dictionary<string, string> origins)
    {
        Path = path;
        Entity = entity;
        InitialMembers = members;
        _values = values.ToFrozenDictionary();
        _origins = origins;
    }

    /// <summary>The file, absolute; null if there is none.</summary>
    public string? Path { get; }

    public EntityName Entity { get; }

    /// <summary>The monitors of all [mon.X] sections, by name: the members of a new cluster.</summary>
    public IReadOnlyList<MonitorMember> InitialMembers { get; }

    public Guid Fsid => Guid.Parse(GetText("fsid"));

    public IReadOnlyList<HostPort> MonitorHosts => HostPort.ParseList(GetText("mon_host"));

    public string TlsDirectory => GetText("tls_dir");

    /// <param name="path">The INI file; null: no file, only overrides and defaults.</param>
    /// <param name="entityName">Whose options: <c>osd.0</c>.</param>
    /// <param name="overrides">Options of the command line.</param>
    /// <exception cref="ConfigException">The file can't be read, or something in it is unknown or malformed.</exception>
    public static CairnConfig Load(string? path, string entityName, IEnumerable<KeyValuePair<string, string>>? overrides = null)
    {
        if (!EntityName.TryParse(entityName, out EntityName entity))
        {
            throw new ConfigException($"'{entityName}' is no entity name: expected client.NAME, osd.NUMBER or mon.NAME");
        }

        string? fullPath = path is null ? null : System.IO.Path.GetFullPath(path);
        string text = fullPath is null ? "" : ReadFile(fullPath);
        return Parse(text, fullPath, entity, ConfigSources.FromEnvironment(), overrides ?? []);
    }

    internal static CairnConfig Parse(
        string text,
        string? path,
        EntityName entity,
        IEnumerable<KeyValuePair<string, string>> environment,
        IEnumerable<KeyValuePair<string, string>> overrides)
    {
        ConfigSources sources = new(path, entity);
        IReadOnlyList<IniLine> lines = IniParser.Parse(text, path ?? "configuration");
        sources.AddFile(lines);
        sources.Add(environment, "environment");
        sources.Add(overrides, "command line");
        return new CairnConfig(path, entity, sources.Members(lines), sources.Values, sources.Origins);
    }

    /// <summary>A copy with options that the monitors keep, which rule over all others.</summary>
    /// <exception cref="ConfigException">An option is unknown or malformed.</exception>
    public CairnConfig WithCentral(IEnumerable<KeyValuePair<string, string>> options)
    {
        ConfigSources sources = new(Path, Entity, _values, _origins);
        sources.Add(options, "monitors");
        return new CairnConfig(Path, Entity, InitialMembers, sources.Values, sources.Origins);
    }

    /// <summary>Whether the option is set, rather than left at its default.</summary>
    public bool IsSet(string name) => _values.ContainsKey(name);

    /// <summary>Where the value comes from: <c>FILE:LINE</c>, <c>environment</c>, <c>command line</c>, <c>monitors</c> or <c>default</c>.</summary>
    public string OriginOf(string name) => _origins.GetValueOrDefault(name, "default");

    /// <summary>The value as text, with <c>$name</c> and its like expanded.</summary>
    /// <exception cref="ConfigException">The option has no default and is not set.</exception>
    public string GetText(string name)
    {
        ConfigOption option = KnownOptions.Find(name) ?? throw new ArgumentException($"no such option: {name}", nameof(name));
        return _values.TryGetValue(option.Name, out string? value) ? value
            : option.Default is { } text ? ConfigSources.Expand(text, Path, Entity)
            : throw new ConfigException($"option '{option.Name}' is not set for {Entity}{(Path is null ? "" : $" in {Path}")}");
    }

    public long GetNumber(string name) => OptionValue.Number(GetText(name));

    public int GetInt(string name) => checked((int)GetNumber(name));

    public double GetRatio(string name) => OptionValue.Ratio(GetText(name));

    public bool GetFlag(string name) => OptionValue.Flag(GetText(name));

    public TimeSpan GetDuration(string name) => OptionValue.Duration(GetText(name));

    public long GetBytes(string name) => OptionValue.Bytes(GetText(name));

    public HostPort GetAddress(string name) => HostPort.Parse(GetText(name));

    private static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"can't read the configuration {path}: {e.Message}", e);
        }
    }
}
