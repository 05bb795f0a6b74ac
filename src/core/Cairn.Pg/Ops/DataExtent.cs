namespace Cairn.Pg.Ops;

/// <summary>A range of an object's data as the store has it, bytes. Never reaches past the object's end.</summary>
public readonly record struct DataExtent(ulong Offset, ulong Length);
