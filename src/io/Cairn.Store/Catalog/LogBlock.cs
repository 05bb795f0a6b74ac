using System.Buffers;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Binary;

namespace Cairn.Store.Catalog;

/// <summary>A stretch of a PG's log: one record of the index. Its bytes are in memory only while they differ from that record.</summary>
/// <remarks>The record: the collection's number, then the entries in order, each its version (epoch, number), length and bytes.</remarks>
internal sealed class LogBlock(ulong id, ulong collection) : IBufferWriter<byte>
{
    /// <summary>What an entry takes at most beside its bytes, and what its writer looks ahead.</summary>
    public const int EntryOverhead = 30;

    private byte[] _bytes = [];

    public ulong Id { get; } = id;

    public int Count { get; private set; }

    public Eversion First { get; private set; }

    public Eversion Last { get; private set; }

    /// <summary>Of the record, here or in the index.</summary>
    public int Length { get; private set; }

    public bool IsLoaded => _bytes.Length > 0;

    /// <summary>Whether the index has a record of it, as it is or as it was.</summary>
    public bool IsInIndex { get; set; }

    /// <summary>The list that it is in while it differs from that record.</summary>
    public List<LogBlock>? DirtyList { get; set; }

    public ReadOnlySpan<byte> Record => _bytes.AsSpan(0, Length);

    /// <summary>Begins an empty block in this memory.</summary>
    public void Begin(byte[] memory)
    {
        _bytes = memory;
        new ByteWriter(this).VarUInt(collection);
    }

    /// <summary>Takes its record into this memory, to be changed.</summary>
    public void Load(ReadOnlySpan<byte> record, byte[] memory)
    {
        Invariant.Require(record.Length == Length, "a log's record is as long as it was written");
        _bytes = memory;
        record.CopyTo(_bytes);
    }

    /// <summary>Takes note of what is in its record, which stays in the index.</summary>
    /// <exception cref="MalformedDataException">It is not one, or its entries are out of order.</exception>
    public void Sketch(ReadOnlySpan<byte> record)
    {
        Length = record.Length;
        IsInIndex = true;
        Scan(record);
    }

    /// <returns>Its memory, for others.</returns>
    public byte[] Unload()
    {
        byte[] memory = _bytes;
        _bytes = [];
        return memory;
    }

    /// <summary>Adds an entry behind the last.</summary>
    public void Append(Eversion version, ReadOnlySpan<byte> value)
    {
        Write(version, value);
        First = Count++ == 0 ? version : First;
        Last = version;
    }

    /// <summary>Adds an entry where it belongs, or replaces it.</summary>
    public void Set(Eversion version, ReadOnlySpan<byte> value)
    {
        (int from, int to) = Find(version);
        byte[] behind = _bytes.AsSpan(to, Length - to).ToArray();
        Length = from;
        Write(version, value);
        this.Write(behind);
        Scan(Record);
    }

    public void Remove(Eversion version)
    {
        (int from, int to) = Find(version);
        Cut(from, to);
    }

    /// <summary>Removes the entries up to and including a version.</summary>
    public void RemoveThrough(Eversion version)
    {
        (_, int to) = Find(version);
        var reader = new ByteReader(Record);
        reader.VarUInt();
        Cut(Length - reader.Remaining, to);
    }

    /// <summary>Moves the later half of its two or more entries behind what is in the other.</summary>
    public void MoveHalfTo(LogBlock other)
    {
        var reader = new ByteReader(Record);
        reader.VarUInt();
        int begin = Length - reader.Remaining;
        int from = begin;
        int to = begin;
        while (to <= Length / 2)
        {
            from = to;
            ReadEntry(ref reader, out _);
            to = Length - reader.Remaining;
        }

        int at = from > begin ? from : to;
        other.Write(Record[at..]);
        other.Scan(other.Record);
        Cut(at, Length);
    }

    /// <param name="record">Its own, wherever that is.</param>
    public static void List(ReadOnlySpan<byte> record, List<KeyValuePair<Eversion, byte[]>> entries)
    {
        var reader = new ByteReader(record);
        reader.VarUInt();
        while (reader.Remaining > 0)
        {
            Eversion version = ReadEntry(ref reader, out ReadOnlySpan<byte> value);
            entries.Add(new(version, value.ToArray()));
        }
    }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(Length);
    }

    private void Write(Eversion version, ReadOnlySpan<byte> value)
    {
        var writer = new ByteWriter(this);
        writer.VarUInt(version.Epoch.Value);
        writer.VarUInt(version.Version);
        writer.Bytes(value);
    }

    private static Eversion ReadEntry(ref ByteReader reader, out ReadOnlySpan<byte> value)
    {
        var epoch = new Epoch(reader.VarUInt32());
        var version = new Eversion(epoch, reader.VarUInt());
        value = reader.Bytes();
        return version;
    }

    /// <summary>Where an entry is, or would be.</summary>
    private (int From, int To) Find(Eversion version)
    {
        var reader = new ByteReader(Record);
        reader.VarUInt();
        while (reader.Remaining > 0)
        {
            int from = Length - reader.Remaining;
            Eversion at = ReadEntry(ref reader, out _);
            if (at >= version)
            {
                return (from, at == version ? Length - reader.Remaining : from);
            }
        }

        return (Length, Length);
    }

    private void Cut(int from, int to)
    {
        _bytes.AsSpan(to, Length - to).CopyTo(_bytes.AsSpan(from));
        Length -= to - from;
        Scan(Record);
    }

    private void Scan(ReadOnlySpan<byte> record)
    {
        var reader = new ByteReader(record);
        reader.VarUInt();
        Count = 0;
        while (reader.Remaining > 0)
        {
            Eversion version = ReadEntry(ref reader, out _);
            if (Count > 0 && version <= Last)
            {
                throw new MalformedDataException($"log entry {version} is behind {Last}");
            }

            First = Count++ == 0 ? version : First;
            Last = version;
        }
    }

    private void Reserve(int bytes)
    {
        int needed = Length + Math.Max(bytes, 1);
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(needed, _bytes.Length * 2));
        }
    }
}
