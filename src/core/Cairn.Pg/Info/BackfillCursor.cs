using Cairn.Objects;

namespace Cairn.Pg;

/// <summary>How far a copy is filled: it holds every object up to and including this one. <see cref="Complete"/> is a whole copy.</summary>
/// <remarks>Source: Ceph, <c>last_backfill</c>.</remarks>
public readonly record struct BackfillCursor : IComparable<BackfillCursor>
{
    private readonly byte _kind; // 0 nothing, 1 up to Last, 2 everything

    private BackfillCursor(byte kind, ObjectId? last)
    {
        _kind = kind;
        Last = last;
    }

    public static BackfillCursor Nothing => default;

    public static BackfillCursor Complete => new(2, null);

    public static BackfillCursor At(ObjectId last) => new(1, last);

    /// <summary>Null for nothing and for complete.</summary>
    public ObjectId? Last { get; }

    public bool IsComplete => _kind == 2;

    public bool IsNothing => _kind == 0;

    public bool Covers(ObjectId id) => _kind == 2 || (_kind == 1 && id.CompareTo(Last) <= 0);

    public int CompareTo(BackfillCursor other) =>
        _kind != other._kind ? _kind.CompareTo(other._kind) : _kind == 1 ? Last!.CompareTo(other.Last) : 0;

    public override string ToString() => _kind switch { 0 => "MIN", 2 => "MAX", _ => Last!.ToString() };
}
