using System.Collections;

namespace Cairn.Pg.Effects;

/// <summary>What one input made necessary, in order. The shell keeps one, and clears it after carrying the effects out.</summary>
public sealed class EffectList : IReadOnlyList<PgEffect>
{
    private readonly List<PgEffect> _effects = [];

    public int Count => _effects.Count;

    public PgEffect this[int index] => _effects[index];

    public void Add(PgEffect effect) => _effects.Add(effect);

    public void Clear() => _effects.Clear();

    public List<PgEffect>.Enumerator GetEnumerator() => _effects.GetEnumerator();

    IEnumerator<PgEffect> IEnumerable<PgEffect>.GetEnumerator() => _effects.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _effects.GetEnumerator();
}
