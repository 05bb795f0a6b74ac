using System.Collections.Immutable;

namespace Cairn.Maps;

public sealed partial record OsdMap
{
    private DerivedState? _derived;

    /// <summary>In-weights 16.16 by OSD id, 0 where there is none: what CRUSH takes.</summary>
    internal ReadOnlySpan<uint> Weights => Derived.Weights;

    internal bool AnyPrimaryAffinity => Derived.AnyPrimaryAffinity;

    // `with` copies the field; it holds as long as the OSDs are the same array.
    private DerivedState Derived => _derived is { } derived && derived.Osds == Osds ? derived : _derived = new DerivedState(Osds);

    /// <summary>Two maps are equal if their canonical encodings are.</summary>
    public bool Equals(OsdMap? other) =>
        ReferenceEquals(this, other) || (other is not null && Epoch == other.Epoch && Encode().AsSpan().SequenceEqual(other.Encode()));

    public override int GetHashCode() => HashCode.Combine(Fsid, Epoch);

    private sealed class DerivedState
    {
        public DerivedState(ImmutableArray<OsdState?> osds)
        {
            Osds = osds;
            Weights = new uint[osds.Length];
            for (int i = 0; i < osds.Length; i++)
            {
                if (osds[i] is { } osd)
                {
                    Weights[i] = osd.Weight;
                    AnyPrimaryAffinity |= osd.PrimaryAffinity != OsdState.FullWeight;
                }
            }
        }

        public ImmutableArray<OsdState?> Osds { get; }

        public uint[] Weights { get; }

        public bool AnyPrimaryAffinity { get; }
    }
}
