namespace Cairn.Store.Extents;

/// <summary>A range whose bytes are in a segment, in checksummed units of 4 KiB counted from where they were written.</summary>
/// <remarks>Cutting an extent keeps whole units, since a checksum can only be verified over all its bytes: hence <see cref="Skip"/>.</remarks>
internal sealed class StoredExtent : Extent
{
    private readonly uint[] _sums;
    private readonly int _firstSum;

    /// <param name="position">Byte in the segment of the first unit.</param>
    /// <param name="skip">Bytes of the first unit before the range.</param>
    /// <param name="storedLength">Bytes from the first unit to the end of the last, which is short where the data written ended.</param>
    public StoredExtent(int offset, int length, int slot, int position, int skip, int storedLength, uint[] sums, int firstSum = 0)
        : base(offset, length)
    {
        Slot = slot;
        Position = position;
        Skip = skip;
        StoredLength = storedLength;
        _sums = sums;
        _firstSum = firstSum;
    }

    public int Slot { get; }

    public int Position { get; }

    public int Skip { get; }

    public int StoredLength { get; }

    public ReadOnlySpan<uint> Sums => _sums.AsSpan(_firstSum, ExtentLayout.UnitCount(StoredLength));

    public override Extent Slice(int from, int to)
    {
        if (from == Offset && to == End)
        {
            return this;
        }

        int skip = Skip + from - Offset;
        int units = skip / ExtentLayout.UnitBytes;
        int cut = units * ExtentLayout.UnitBytes;
        skip -= cut;
        int whole = ExtentLayout.UnitCount(skip + to - from) * ExtentLayout.UnitBytes;
        return new StoredExtent(
            from, to - from, Slot, Position + cut, skip, Math.Min(whole, StoredLength - cut), _sums, _firstSum + units);
    }

    /// <summary>The same bytes for a range elsewhere: what a clone or a shifted write refers to.</summary>
    public StoredExtent At(int offset) => new(offset, Length, Slot, Position, Skip, StoredLength, _sums, _firstSum);
}
