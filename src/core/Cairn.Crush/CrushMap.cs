namespace Cairn.Crush;

/// <summary>A CRUSH hierarchy with its rules and tunables.</summary>
public sealed class CrushMap
{
}
