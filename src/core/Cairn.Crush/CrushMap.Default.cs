using System.Collections.Immutable;

namespace Cairn.Crush;

public sealed partial record CrushMap
{
    /// <summary>Ceph's levels, from device to root.</summary>
    public static ImmutableSortedDictionary<int, string> DefaultTypes { get; } = new[]
    {
        "osd", "host", "chassis", "rack", "row", "pdu", "pod", "room", "datacenter", "zone", "region", "root",
    }.Select((name, id) => KeyValuePair.Create(id, name)).ToImmutableSortedDictionary();

    /// <summary>The map of a new cluster: an empty root <c>default</c> and <c>replicated_rule</c>, one copy a host.</summary>
    public static CrushMap CreateDefault() => CreateDefault("host");

    /// <inheritdoc cref="CreateDefault()"/>
    /// <param name="failureDomain">The type of which no two copies may share one; <c>osd</c> on a cluster of one host.</param>
    public static CrushMap CreateDefault(string failureDomain)
    {
        var editor = new CrushEditor(new CrushMap { Types = DefaultTypes });
        editor.AddBucket("default", "root");
        editor.CreateReplicatedRule("replicated_rule", "default", failureDomain);
        return editor.ToMap();
    }
}
