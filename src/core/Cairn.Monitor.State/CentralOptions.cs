using System.Collections.Immutable;

namespace Cairn.Monitor.State;

/// <summary>Which central options hold for whom.</summary>
public static class CentralOptions
{
    /// <summary>The options of <c>global</c>, of the entity's type and of itself: the least specific first, so that a later one takes the place of an earlier.</summary>
    /// <param name="entity">"osd.3"; empty: all options of all sections.</param>
    public static IEnumerable<KeyValuePair<ConfigKey, string>> For(ImmutableSortedDictionary<ConfigKey, string> options, string entity)
    {
        string type = entity.Split('.')[0];
        return options
            .Where(o => entity.Length == 0 || o.Key.Section == "global" || o.Key.Section == type || o.Key.Section == entity)
            .OrderBy(o => o.Key.Section == "global" ? 0 : o.Key.Section == type ? 1 : 2);
    }
}
