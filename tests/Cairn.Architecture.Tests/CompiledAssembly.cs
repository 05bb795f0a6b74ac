using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Cairn.Architecture.Tests;

/// <summary>
/// What a compiled assembly names of others. The tables of type and member references hold every foreign type and member in its code, its
/// signatures and its attributes, which source analysis of a banned namespace does not see all of.
/// </summary>
internal sealed class CompiledAssembly
{
    private CompiledAssembly(string[] assemblies, string[] types, string[] members, string[] nativeImports)
    {
        Assemblies = assemblies;
        Types = types;
        Members = members;
        NativeImports = nativeImports;
    }

    public string[] Assemblies { get; }

    /// <summary>Full names; a nested type as <c>Namespace.Outer.Inner</c>.</summary>
    public string[] Types { get; }

    /// <summary>As <c>System.DateTime.get_UtcNow</c>.</summary>
    public string[] Members { get; }

    public string[] NativeImports { get; }

    public static CompiledAssembly Load(string assemblyName)
    {
        using FileStream file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, assemblyName + ".dll"));
        using var image = new PEReader(file);
        MetadataReader reader = image.GetMetadataReader();
        return new CompiledAssembly(
            [.. reader.AssemblyReferences.Select(h => reader.GetString(reader.GetAssemblyReference(h).Name))],
            [.. reader.TypeReferences.Select(h => NameOf(reader, h))],
            [.. reader.MemberReferences.Select(h => NameOf(reader, reader.GetMemberReference(h))).OfType<string>()],
            [.. reader.MethodDefinitions.Where(h => !reader.GetMethodDefinition(h).GetImport().Module.IsNil)
                .Select(h => reader.GetString(reader.GetMethodDefinition(h).Name))]);
    }

    private static string NameOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        TypeReference type = reader.GetTypeReference(handle);
        string name = reader.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? NameOf(reader, (TypeReferenceHandle)type.ResolutionScope) + "." + name
            : reader.GetString(type.Namespace) + "." + name;
    }

    // Null for members of generic instances: their type stands in the type references anyhow.
    private static string? NameOf(MetadataReader reader, MemberReference member) =>
        member.Parent.Kind == HandleKind.TypeReference
            ? NameOf(reader, (TypeReferenceHandle)member.Parent) + "." + reader.GetString(member.Name)
            : null;
}
