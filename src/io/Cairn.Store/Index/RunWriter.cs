using System.Buffers.Binary;
using Cairn.Maps;
using Cairn.Store.Devices;

namespace Cairn.Store.Index;

/// <summary>Writes a run, in key order. <see cref="Add"/> only copies into memory; <see cref="WriteFullBlocks"/> does the I/O.</summary>
internal sealed class RunWriter : IDisposable
{
    private readonly IBlockStorage _storage;
    private readonly IBlockFile _file;
    private readonly ulong _run;
    private AlignedBuffer _buffer = new(RunFormat.BlockBytesTarget * 2);
    private int _length = RunFormat.HeaderBytes;
    private uint _blockEntries;
    private uint _blockNumber;
    private long _position;
    private long _entries;

    public RunWriter(IBlockStorage storage, ulong run)
    {
        _storage = storage;
        _run = run;
        _file = storage.Open(RunFormat.NameOf(run), create: true);
    }

    /// <summary>Whether enough is gathered for <see cref="WriteFullBlocks"/>.</summary>
    public bool BlockIsFull => _length >= RunFormat.BlockBytesTarget;

    public void Add(IndexKey key, ReadOnlySpan<byte> value, bool removed)
    {
        Span<byte> entry = Room(IndexKey.Size + 10 + value.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(entry, key.Owner);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], key.Item);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], (uint)key.Kind);
        int at = IndexKey.Size;
        uint length = removed ? 0 : (uint)value.Length + 1;
        while (length >= 0x80)
        {
            entry[at++] = (byte)(length | 0x80);
            length >>= 7;
        }

        entry[at++] = (byte)length;
        value.CopyTo(entry[at..]);
        _length += at + value.Length;
        _blockEntries++;
        _entries++;
    }

    public void WriteFullBlocks()
    {
        if (BlockIsFull)
        {
            WriteBlock();
        }
    }

    /// <summary>Writes what is left and makes the run durable.</summary>
    public IndexRun Finish()
    {
        if (_blockEntries > 0)
        {
            WriteBlock();
        }

        _file.Sync();
        _storage.SyncDirectory("index");
        return new IndexRun(_run, _position, _entries);
    }

    public void Dispose()
    {
        _buffer.Dispose();
        _file.Dispose();
    }

    private Span<byte> Room(int bytes)
    {
        if (_length + bytes > _buffer.Capacity)
        {
            var larger = new AlignedBuffer((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(_length + bytes)));
            _buffer.Span[.._length].CopyTo(larger.Span);
            _buffer.Dispose();
            _buffer = larger;
        }

        return _buffer.Span[_length..];
    }

    private void WriteBlock()
    {
        int padded = AlignedBuffer.RoundUp(_length);
        Span<byte> block = _buffer.Span[..padded];
        block[_length..].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(block, RunFormat.BlockMagic);
        BinaryPrimitives.WriteInt32LittleEndian(block[8..], _length - RunFormat.HeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(block[12..], _blockEntries);
        BinaryPrimitives.WriteUInt64LittleEndian(block[16..], _run);
        BinaryPrimitives.WriteUInt64LittleEndian(block[24..], _blockNumber++);
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], Crc32C.Compute(block[8..]));
        _file.Write(_position, block);
        _position += padded;
        _length = RunFormat.HeaderBytes;
        _blockEntries = 0;
    }
}
