namespace Cairn.Monitor.State.Applying;

/// <summary>What an entry led to.</summary>
/// <param name="Results">One for each change, in order.</param>
public sealed record AppliedEntry(MonitorState State, IReadOnlyList<ChangeResult> Results, IReadOnlyList<StateEvent> Events);
