namespace Cairn.Crush.Fuzz;

/// <summary>What had to hold did not.</summary>
public sealed class TrialException(string message) : Exception(message);
