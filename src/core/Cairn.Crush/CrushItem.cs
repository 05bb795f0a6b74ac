namespace Cairn.Crush;

/// <summary>A child of a bucket: a device (id from 0 up) or another bucket (id below 0), with its weight as 16.16 fixed point.</summary>
public readonly record struct CrushItem(int Id, uint Weight);
