namespace Cairn.Crush;

/// <summary>A disk as CRUSH knows it: OSD number, name, and device class if it has one.</summary>
public sealed record CrushDevice(int Id, string Name, string? Class = null);
