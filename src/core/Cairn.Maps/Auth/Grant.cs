namespace Cairn.Maps.Auth;

/// <summary>One <c>allow</c> of a capability, with what it is confined to.</summary>
/// <param name="Pool">Its name; null: any.</param>
/// <param name="Namespace">Null: any. A <c>*</c> at its end stands for any rest.</param>
/// <param name="ObjectPrefix">What the object's name must begin with.</param>
internal sealed record Grant(Access Access, string? Pool = null, string? Namespace = null, string ObjectPrefix = "")
{
    public bool IsConfined => Pool is not null || Namespace is not null || ObjectPrefix.Length > 0;

    public bool Covers(string pool, string? ns, string? name) =>
        (Pool is null || Pool == pool)
        && (Namespace is null || (ns is not null && IsIn(ns)))
        && (ObjectPrefix.Length == 0 || (name is not null && name.StartsWith(ObjectPrefix, StringComparison.Ordinal)));

    private bool IsIn(string ns) =>
        Namespace!.EndsWith('*') ? ns.AsSpan().StartsWith(Namespace.AsSpan(0, Namespace.Length - 1), StringComparison.Ordinal) : ns == Namespace;
}
