using Cairn.Objects;

namespace Cairn.Pg;

/// <summary>An object of which this copy lacks the newest version.</summary>
/// <param name="Need">The version it should have.</param>
/// <param name="Have">The version it has; zero if none that can be trusted.</param>
public readonly record struct MissingItem(ObjectId Object, Eversion Need, Eversion Have);
