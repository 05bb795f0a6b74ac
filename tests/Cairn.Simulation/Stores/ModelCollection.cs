using System.Collections.Immutable;
using Cairn.Objects;

namespace Cairn.Simulation.Stores;

/// <summary>One PG's objects, metadata and log in a <see cref="ModelStore"/>. Immutable, so that a crash is going back to an older one.</summary>
public sealed record ModelCollection
{
    public static ModelCollection Empty { get; } = new();

    public ImmutableSortedDictionary<ObjectId, ModelObject> Objects { get; init; } = ImmutableSortedDictionary<ObjectId, ModelObject>.Empty;

    public ImmutableSortedDictionary<string, byte[]> Meta { get; init; } = ImmutableSortedDictionary.Create<string, byte[]>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<Eversion, byte[]> Log { get; init; } = ImmutableSortedDictionary<Eversion, byte[]>.Empty;

    public ModelCollection Change(ObjectId id, Func<ModelObject, ModelObject> change) =>
        this with { Objects = Objects.SetItem(id, change(Objects.GetValueOrDefault(id, ModelObject.Empty))) };

    /// <summary>As <see cref="Change"/>, but nothing happens to an object that is not there.</summary>
    public ModelCollection ChangeExisting(ObjectId id, Func<ModelObject, ModelObject> change) =>
        Objects.ContainsKey(id) ? Change(id, change) : this;
}
