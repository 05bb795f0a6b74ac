namespace Cairn.Simulation.Stores;

/// <summary>The bytes on the modelled disk are not those that were written.</summary>
public sealed class ModelReadException(string message) : IOException(message);
