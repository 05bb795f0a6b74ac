using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Cairn.Simulation.Mutants;

/// <summary>A simulator of its own around a copy of the PG core with one bug in it: compiled into memory, beside the real one.</summary>
public sealed class MutantCore
{
    private const string Project = "src/core/Cairn.Pg";

    /// <summary>What the SDK generates for a project with implicit usings; and who may see what is internal.</summary>
    private const string Generated = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        [assembly: System.Runtime.CompilerServices.InternalsVisibleTo("Cairn.Simulation")]
        """;

    private readonly MethodInfo _run;

    private MutantCore(byte[] core)
    {
        var context = new CoreContext(core);
        Assembly simulation = context.LoadFromAssemblyPath(typeof(Simulation).Assembly.Location);
        Type entry = simulation.GetType(typeof(MutantEntry).FullName!)!;
        _run = entry.GetMethod(nameof(MutantEntry.Run), BindingFlags.Public | BindingFlags.Static)!;
    }

    /// <exception cref="InvalidOperationException">The patch no longer fits, or the result does not compile.</exception>
    public static MutantCore Compile(string root, SourcePatch patch)
    {
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest);
        var trees = new List<SyntaxTree> { CSharpSyntaxTree.ParseText(SourceText.From(Generated), options) };
        trees.AddRange(ReadSources(root, patch).Select(s => CSharpSyntaxTree.ParseText(SourceText.From(s.Text), options, s.File)));
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        var compilation = CSharpCompilation.Create(
            "Cairn.Pg", trees,
            platform.Split(Path.PathSeparator).Where(static p => Path.GetFileName(p) != "Cairn.Pg.dll").Select(static p => MetadataReference.CreateFromFile(p)),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable));
        using var stream = new MemoryStream();
        var result = compilation.Emit(stream);
        return result.Success
            ? new MutantCore(stream.ToArray())
            : throw new InvalidOperationException($"mutant {patch.Name} does not compile: {result.Diagnostics.First(static d => d.Severity == DiagnosticSeverity.Error)}");
    }

    /// <summary>The core's source files, with the bug.</summary>
    /// <exception cref="InvalidOperationException">The patch no longer fits.</exception>
    public static IReadOnlyList<(string File, string Text)> ReadSources(string root, SourcePatch patch)
    {
        var unused = patch.Files.ToHashSet(StringComparer.Ordinal);
        var sources = new List<(string, string)>();
        foreach (string path in Directory.EnumerateFiles(Path.Combine(root, Project), "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string file = Path.GetRelativePath(root, path);
            if (!file.StartsWith($"{Project}/obj/", StringComparison.Ordinal) && !file.StartsWith($"{Project}/bin/", StringComparison.Ordinal))
            {
                unused.Remove(file);
                sources.Add((file, patch.Apply(file, File.ReadAllText(path))));
            }
        }

        return unused.Count == 0
            ? sources
            : throw new InvalidOperationException($"mutant {patch.Name} changes {string.Join(", ", unused)}: not in {Project}");
    }

    /// <returns>What the simulator found wrong with this history; null: nothing.</returns>
    public string? Run(ulong seed) => _run.CreateDelegate<Func<ulong, string?>>()(seed);

    /// <summary>The core with the bug, and the simulator around it; all else is shared.</summary>
    private sealed class CoreContext(byte[] core) : AssemblyLoadContext("mutant")
    {
        protected override Assembly? Load(AssemblyName assemblyName) =>
            assemblyName.Name == "Cairn.Pg" ? LoadFromStream(new MemoryStream(core)) : null;
    }
}
