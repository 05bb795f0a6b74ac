using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Cairn.Maps;

namespace Cairn.Store.Catalog;

/// <summary>A few hundred places in order, each in the same few bytes: its hash less the first one's, and its number.</summary>
internal sealed class PlaceBlock
{
    public const int CountMax = 256;

    /// <summary>Room is made for so many more at a time.</summary>
    private const int Growth = 24;

    /// <summary>Numbers are read eight bytes at a time.</summary>
    private const int Padding = sizeof(ulong);

    /// <summary>The block, its array's head, and its place in the list.</summary>
    private const int ObjectBytes = 80;

    private byte[] _packed = [];
    private uint _firstHash;
    private int _hashBytes;
    private int _uidBytes;

    /// <param name="places">In order.</param>
    public PlaceBlock(IReadOnlyList<ObjectPlace> places) => Pack(places, places.Count);

    public int Count { get; private set; }

    /// <summary>With the objects that it consists of.</summary>
    public int MemoryBytes => _packed.Length + ObjectBytes;

    private int EntryBytes => _hashBytes + _uidBytes;

    public ObjectPlace this[int index]
    {
        get
        {
            ReadOnlySpan<byte> entry = _packed.AsSpan(index * EntryBytes);
            ulong hash = BinaryPrimitives.ReadUInt64LittleEndian(entry) & MaskOf(_hashBytes);
            ulong uid = BinaryPrimitives.ReadUInt64LittleEndian(entry[_hashBytes..]) & MaskOf(_uidBytes);
            return new ObjectPlace(_firstHash + (uint)hash, uid);
        }
    }

    /// <summary>The index of the first place at or behind this one.</summary>
    public int FirstFrom(ObjectPlace from)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (this[middle].CompareTo(from) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Adds a place that is not there; the block has room.</summary>
    public void Add(ObjectPlace place)
    {
        int at = FirstFrom(place);
        bool fits = place.SortHash >= _firstHash && BytesFor(place.SortHash - _firstHash) <= _hashBytes && BytesFor(place.Uid) <= _uidBytes;
        if (!fits || (Count + 1) * EntryBytes + Padding > _packed.Length)
        {
            List<ObjectPlace> places = Unpack();
            places.Insert(at, place);
            Pack(places, Math.Min(places.Count + Growth, CountMax));
            return;
        }

        int from = at * EntryBytes;
        _packed.AsSpan(from, (Count - at) * EntryBytes).CopyTo(_packed.AsSpan(from + EntryBytes));
        Count++;
        Write(at, place);
    }

    /// <summary>Removes a place that is there.</summary>
    public void Remove(ObjectPlace place)
    {
        int at = FirstFrom(place);
        Invariant.Require(at < Count && this[at] == place, "a place that is to be removed is not there");
        Count--;
        int from = at * EntryBytes;
        _packed.AsSpan(from + EntryBytes, (Count - at) * EntryBytes).CopyTo(_packed.AsSpan(from));
    }

    /// <summary>Keeps the first half, in no more memory than it needs.</summary>
    /// <returns>The other half.</returns>
    public PlaceBlock Split()
    {
        List<ObjectPlace> places = Unpack();
        int keep = places.Count / 2;
        var right = new PlaceBlock(places.GetRange(keep, places.Count - keep));
        places.RemoveRange(keep, places.Count - keep);
        Pack(places, places.Count);
        return right;
    }

    private static int BytesFor(ulong value) => (BitOperations.Log2(value | 1) >> 3) + 1;

    private static ulong MaskOf(int bytes) => ulong.MaxValue >> (64 - 8 * bytes);

    private List<ObjectPlace> Unpack()
    {
        var places = new List<ObjectPlace>(Count + 1);
        for (int i = 0; i < Count; i++)
        {
            places.Add(this[i]);
        }

        return places;
    }

    private void Pack(IReadOnlyList<ObjectPlace> places, int capacity)
    {
        ulong uidMax = 0;
        foreach (ObjectPlace place in places)
        {
            uidMax = Math.Max(uidMax, place.Uid);
        }

        _firstHash = places[0].SortHash;
        _hashBytes = BytesFor(places[^1].SortHash - _firstHash);
        _uidBytes = BytesFor(uidMax);
        _packed = GC.AllocateUninitializedArray<byte>(capacity * EntryBytes + Padding);
        Count = places.Count;
        for (int i = 0; i < places.Count; i++)
        {
            Write(i, places[i]);
        }
    }

    private void Write(int index, ObjectPlace place)
    {
        Span<byte> entry = _packed.AsSpan(index * EntryBytes);
        Put(entry[.._hashBytes], place.SortHash - _firstHash);
        Put(entry.Slice(_hashBytes, _uidBytes), place.Uid);
    }

    private static void Put(Span<byte> bytes, ulong value) => MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in value))[..bytes.Length].CopyTo(bytes);
}
