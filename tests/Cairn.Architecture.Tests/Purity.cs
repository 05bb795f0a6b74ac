namespace Cairn.Architecture.Tests;

/// <summary>What the core must not name: a clock, I/O, a task, a thread, chance.</summary>
internal static class Purity
{
    private static readonly string[] ImpureNamespaces =
    [
        "System.Threading", "System.IO", "System.Net", "System.Collections.Concurrent", "System.Timers", "System.Security.Cryptography", "System.Data",
        "System.Diagnostics.Metrics", "System.Diagnostics.Tracing", "Microsoft", "Grpc", "FASTER", "DotNext",
    ];

    private static readonly HashSet<string> ImpureTypes = new(StringComparer.Ordinal)
    {
        "System.Random", "System.TimeProvider", "System.Console", "System.Diagnostics.Stopwatch", "System.Diagnostics.Process",
        "System.Runtime.CompilerServices.IAsyncStateMachine",
    };

    // Memory that looks like I/O, and the words for bad input.
    private static readonly HashSet<string> PureTypes = new(StringComparer.Ordinal)
    {
        "System.IO.InvalidDataException", "System.IO.EndOfStreamException", "System.IO.MemoryStream", "System.IO.Stream",
        "System.IO.StringReader", "System.IO.StringWriter", "System.IO.TextReader", "System.IO.TextWriter",
        "Microsoft.CodeAnalysis.EmbeddedAttribute",
    };

    private static readonly HashSet<string> ImpureMembers = new(StringComparer.Ordinal)
    {
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today",
        "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow", "System.Guid.NewGuid", "System.Guid.CreateVersion7",
    };

    // Of the environment only what is the same everywhere, the way out when an invariant breaks, and the thread's id, which the compiler's
    // iterators compare with itself.
    private static readonly HashSet<string> PureEnvironment = new(StringComparer.Ordinal)
    {
        "System.Environment.get_NewLine", "System.Environment.FailFast", "System.Environment.get_CurrentManagedThreadId",
    };

    public static IEnumerable<string> Impurities(CompiledAssembly assembly) =>
        assembly.Types.Where(IsImpureType)
            .Concat(assembly.Members.Where(m => ImpureMembers.Contains(m)
                || (m.StartsWith("System.Environment.", StringComparison.Ordinal) && !PureEnvironment.Contains(m))))
            .Concat(assembly.NativeImports.Select(m => "native " + m))
            .Order(StringComparer.Ordinal);

    private static bool IsImpureType(string type) =>
        !PureTypes.Contains(type)
        && (ImpureTypes.Contains(type)
            || type.StartsWith("System.Runtime.CompilerServices.Async", StringComparison.Ordinal)
            || ImpureNamespaces.Any(n => type.StartsWith(n + ".", StringComparison.Ordinal)));
}
