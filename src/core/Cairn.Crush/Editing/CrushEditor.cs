using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Cairn.Crush;

/// <summary>Changes a CRUSH map the way Ceph does: the same ids, the same sums, the same refusals. <see cref="ToMap"/> gives the result.</summary>
/// <remarks>
/// Weights are carried up to the root on each change, in the weight sets of <c>choose_args</c> too, and shadow trees are made anew
/// (keeping the ids they had). An operation that throws leaves the editor as it was, except that it may have spent its work.
/// Source: Ceph documentation, "CRUSH maps", "Add/move an OSD" and "Device classes".
/// </remarks>
public sealed partial class CrushEditor
{
    private ImmutableSortedDictionary<int, CrushDevice> _devices;
    private ImmutableSortedDictionary<int, CrushBucket> _buckets;
    private ImmutableSortedDictionary<int, CrushRule> _rules;
    private ImmutableSortedDictionary<int, string> _classes;
    private ImmutableSortedDictionary<ShadowKey, int> _shadows;
    private ImmutableSortedDictionary<long, ChooseArgs> _chooseArgs;
    private readonly ImmutableSortedDictionary<int, string> _types;
    private CrushTunables _tunables;
    private CrushMap? _current;

    public CrushEditor(CrushMap map)
    {
        _devices = map.Devices;
        _buckets = map.Buckets;
        _rules = map.Rules;
        _classes = map.Classes;
        _shadows = map.Shadows;
        _chooseArgs = map.ChooseArgs;
        _types = map.Types;
        _tunables = map.Tunables;
        _current = map;
    }

    public CrushTunables Tunables
    {
        get => _tunables;
        set
        {
            _tunables = value;
            _current = null;
        }
    }

    /// <summary>The map as changed so far.</summary>
    public CrushMap ToMap() => _current ??= new CrushMap
    {
        Tunables = _tunables,
        Devices = _devices,
        Types = _types,
        Buckets = _buckets,
        Rules = _rules,
        Classes = _classes,
        Shadows = _shadows,
        ChooseArgs = _chooseArgs,
    };

    private CrushTree Tree => ToMap().Tree;

    /// <summary>A name of a bucket, device, rule or class: letters, digits, <c>-</c>, <c>_</c> and <c>.</c>.</summary>
    public static bool IsValidName(string name) => NamePattern().IsMatch(name);

    [GeneratedRegex("^[A-Za-z0-9_.-]+$")]
    private static partial Regex NamePattern();

    /// <summary>Makes an empty bucket that is in no other yet.</summary>
    /// <returns>Its id: the free one nearest to -1.</returns>
    /// <exception cref="CrushException">The name is taken or not valid, or the type unknown.</exception>
    public int AddBucket(string name, string type, BucketAlgorithm algorithm = BucketAlgorithm.Straw2)
    {
        RequireFreeName(name);
        int typeId = RequireType(type);
        if (typeId == 0)
        {
            throw new CrushException($"'{name}' cannot be of type '{type}': that is the type of devices");
        }

        return CreateBucket(name, typeId, algorithm);
    }

    private int CreateBucket(string name, int type, BucketAlgorithm algorithm)
    {
        int id = FreeBucketId();
        Put(new CrushBucket { Id = id, Name = name, Type = type, Algorithm = algorithm });
        return id;
    }

    /// <summary>Gives a bucket or device another name; its place and id stay.</summary>
    public void Rename(string from, string to)
    {
        int id = RequireItem(from);
        RequireFreeName(to);
        if (id >= 0)
        {
            _devices = _devices.SetItem(id, _devices[id] with { Name = to });
            _current = null;
            return;
        }

        Put(_buckets[id] with { Name = to });
        foreach ((ShadowKey key, int shadow) in _shadows)
        {
            if (key.Bucket == id)
            {
                Put(_buckets[shadow] with { Name = ShadowName(to, key.Class) });
            }
        }
    }

    private string ShadowName(string name, int classId) => $"{name}~{_classes[classId]}";

    private int FreeBucketId()
    {
        int id = -1;
        while (_buckets.ContainsKey(id))
        {
            id--;
        }

        return id;
    }

    private void Put(CrushBucket bucket)
    {
        _buckets = _buckets.SetItem(bucket.Id, bucket);
        _current = null;
    }

    private int RequireItem(string name) => Tree.FindItem(name) ?? throw new CrushException($"no device or bucket is called '{name}'");

    private int RequireBucket(string name)
    {
        int id = RequireItem(name);
        return id < 0 ? id : throw new CrushException($"'{name}' is a device, not a bucket");
    }

    private int RequireType(string type)
    {
        foreach ((int id, string name) in _types)
        {
            if (name == type)
            {
                return id;
            }
        }

        throw new CrushException($"unknown type '{type}'; the map has {string.Join(", ", _types.Values)}");
    }

    private void RequireFreeName(string name)
    {
        if (!IsValidName(name))
        {
            throw new CrushException($"'{name}' is not a valid name: use letters, digits, '-', '_' and '.'");
        }

        if (Tree.FindItem(name) is not null)
        {
            throw new CrushException($"the name '{name}' is taken");
        }
    }
}
