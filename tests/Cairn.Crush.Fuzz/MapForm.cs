namespace Cairn.Crush.Fuzz;

/// <summary>The forms in which a map comes from outside.</summary>
public enum MapForm
{
    /// <summary>The text of <c>crushtool -d</c>.</summary>
    Text,

    /// <summary>Ceph's compiled form.</summary>
    Compiled,

    /// <summary>Cairn's own, on the wire.</summary>
    Wire,
}
