using Cairn.Client;
using Cairn.Objects;

namespace Cairn.Cli.Objects;

internal sealed record ObjectView(
    string Name, string Namespace, long? Size = null, long? ModifiedUnixMs = null, string? Version = null, int? Objects = null, string? Mode = null, string[]? Xattrs = null)
{
    internal string FullName => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";

    public static ObjectView Of(ObjectId id) => new(id.Name, id.Namespace);

    public static ObjectView Of(ObjectId id, StripedInfo info) => Of(id.Name, id.Namespace, info);

    public static ObjectView Of(string name, string nspace, StripedInfo info) => new(
        name, nspace, info.Size, info.ModifiedUnixMs, info.Version.ToString(), info.ObjectCount, FileKind.FromXattrs(info.Xattrs)?.ToString(), [.. info.Xattrs.Keys.Order(StringComparer.Ordinal)]);
}
