namespace Cairn.Cli.Bench;

/// <param name="Name">Objects are called NAME.0, NAME.1, ...</param>
/// <param name="InFlight">Operations at a time.</param>
/// <param name="Duration">Zero: until all objects are done.</param>
/// <param name="ObjectsMax">Distinct objects; 0: no limit. Written again from the first when it is reached and time is left.</param>
internal sealed record BenchOptions(string Name, int Size, int InFlight, TimeSpan Duration, long ObjectsMax);
