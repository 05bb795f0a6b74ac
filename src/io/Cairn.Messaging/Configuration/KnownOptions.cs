using System.Collections.Frozen;

namespace Cairn.Messaging.Configuration;

/// <summary>Every option there is. Add yours to the file of its daemon: nothing else is needed to make it known, checked and documented.</summary>
public static partial class KnownOptions
{
    private static readonly FrozenDictionary<string, ConfigOption> ByName =
        Common().Concat(Monitor()).Concat(Osd()).Concat(Client()).ToFrozenDictionary(o => o.Name);

    public static IEnumerable<ConfigOption> All => ByName.Values.OrderBy(o => o.Name, StringComparer.Ordinal);

    public static ConfigOption? Find(string name) => ByName.GetValueOrDefault(Normalize(name));

    /// <summary>As in Ceph, blanks, dashes and underscores in names are the same.</summary>
    public static string Normalize(string name) => name.Trim().Replace(' ', '_').Replace('-', '_');
}
