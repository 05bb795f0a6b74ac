using System.Collections.Immutable;

namespace Cairn.Crush;

/// <summary>A CRUSH hierarchy with its rules and tunables. Immutable; <see cref="CrushEditor"/> makes the next one.</summary>
/// <remarks>
/// Device classes are trees of their own: for each root and class a <em>shadow</em> bucket such as <c>default~ssd</c> holds only the
/// devices of the class, and a rule that takes <c>default class ssd</c> starts there. Shadows live among <see cref="Buckets"/>, since
/// their ids are inputs of the hash and must survive an edit.
/// </remarks>
public sealed partial record CrushMap
{
    /// <summary>The place nobody fills in the result of an indep rule.</summary>
    public const int NoItem = int.MaxValue;

    private CrushMapper? _mapper;
    private CrushTree? _tree;

    public CrushTunables Tunables { get; init; } = CrushTunables.Optimal;

    public ImmutableSortedDictionary<int, CrushDevice> Devices { get; init; } = ImmutableSortedDictionary<int, CrushDevice>.Empty;

    /// <summary>Type number to name; 0 is the type of devices.</summary>
    public ImmutableSortedDictionary<int, string> Types { get; init; } = ImmutableSortedDictionary<int, string>.Empty;

    /// <summary>By id, shadow buckets among them.</summary>
    public ImmutableSortedDictionary<int, CrushBucket> Buckets { get; init; } = ImmutableSortedDictionary<int, CrushBucket>.Empty;

    public ImmutableSortedDictionary<int, CrushRule> Rules { get; init; } = ImmutableSortedDictionary<int, CrushRule>.Empty;

    /// <summary>Device class number to name.</summary>
    public ImmutableSortedDictionary<int, string> Classes { get; init; } = ImmutableSortedDictionary<int, string>.Empty;

    /// <summary>The shadow bucket of a bucket and a class.</summary>
    public ImmutableSortedDictionary<ShadowKey, int> Shadows { get; init; } = ImmutableSortedDictionary<ShadowKey, int>.Empty;

    /// <summary>Weight sets by number: a pool's own, or <see cref="Crush.ChooseArgs.DefaultSet"/>.</summary>
    public ImmutableSortedDictionary<long, ChooseArgs> ChooseArgs { get; init; } = ImmutableSortedDictionary<long, ChooseArgs>.Empty;

    public CrushMap()
    {
    }

    // What is derived must not survive a `with`.
    private CrushMap(CrushMap other)
    {
        Tunables = other.Tunables;
        Devices = other.Devices;
        Types = other.Types;
        Buckets = other.Buckets;
        Rules = other.Rules;
        Classes = other.Classes;
        Shadows = other.Shadows;
        ChooseArgs = other.ChooseArgs;
    }

    /// <summary>The map in the form that maps: built on first use, then kept.</summary>
    public CrushMapper Mapper => _mapper ??= new CrushMapper(this);

    /// <summary>Names, parents and shadows, looked up both ways.</summary>
    public CrushTree Tree => _tree ??= new CrushTree(this);

    public CrushRule? FindRule(string name) => Rules.Values.FirstOrDefault(r => r.Name == name);

    /// <summary>The number of the type of that name, or null.</summary>
    public int? FindType(string name)
    {
        foreach ((int id, string typeName) in Types)
        {
            if (typeName == name)
            {
                return id;
            }
        }

        return null;
    }

    public bool Equals(CrushMap? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Tunables == other.Tunables && Devices.SequenceEqual(other.Devices) && Types.SequenceEqual(other.Types)
            && Buckets.SequenceEqual(other.Buckets) && Rules.SequenceEqual(other.Rules) && Classes.SequenceEqual(other.Classes)
            && Shadows.SequenceEqual(other.Shadows) && ChooseArgs.SequenceEqual(other.ChooseArgs));

    public override int GetHashCode() => HashCode.Combine(Devices.Count, Buckets.Count, Rules.Count);
}
