using System.Buffers.Binary;
using Cairn.Maps;
using Cairn.Store.Devices;

namespace Cairn.Store.Index;

/// <summary>Reads a run entry by entry, each block's checksum verified.</summary>
internal sealed class RunReader : IDisposable
{
    private readonly IBlockFile _file;
    private readonly IndexRun _run;
    private AlignedBuffer _buffer = new(RunFormat.BlockBytesTarget * 2);
    private long _position;
    private long _entriesRead;
    private uint _blockNumber;
    private int _at;
    private int _end;
    private int _valueAt;
    private int _valueLength;

    /// <exception cref="StoreFailedException">The run is missing.</exception>
    public RunReader(IBlockStorage storage, IndexRun run)
    {
        _run = run;
        try
        {
            _file = storage.Open(RunFormat.NameOf(run.Id), create: false);
        }
        catch (FileNotFoundException e)
        {
            throw new StoreFailedException($"the index checkpoint names {RunFormat.NameOf(run.Id)}, which is missing", e);
        }
    }

    public IndexKey Key { get; private set; }

    public bool Removed => _valueLength < 0;

    public ReadOnlySpan<byte> Value => Removed ? default : _buffer.Span.Slice(_valueAt, _valueLength);

    /// <exception cref="StoreFailedException">The run is not as it was written.</exception>
    public bool Next()
    {
        if (_at == _end && !ReadBlock())
        {
            return false;
        }

        ReadOnlySpan<byte> block = _buffer.Span[.._end];
        if (_end - _at < IndexKey.Size + 1)
        {
            throw Damaged("an entry is cut short");
        }

        Key = new IndexKey(
            BinaryPrimitives.ReadUInt64LittleEndian(block[_at..]),
            BinaryPrimitives.ReadUInt32LittleEndian(block[(_at + 8)..]),
            (IndexKind)BinaryPrimitives.ReadUInt32LittleEndian(block[(_at + 12)..]));
        _at += IndexKey.Size;
        uint length = 0;
        for (int shift = 0; ; shift += 7)
        {
            if (_at == _end || shift > 28)
            {
                throw Damaged("an entry is cut short");
            }

            byte b = block[_at++];
            length |= (uint)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                break;
            }
        }

        _valueLength = (int)length - 1;
        _valueAt = _at;
        _at += Math.Max(0, _valueLength);
        if (_at > _end || _at < 0)
        {
            throw Damaged("an entry is cut short");
        }

        _entriesRead++;
        return true;
    }

    public void Dispose()
    {
        _buffer.Dispose();
        _file.Dispose();
    }

    private bool ReadBlock()
    {
        if (_position == _run.Bytes)
        {
            return _entriesRead == _run.Entries ? false : throw Damaged($"{_entriesRead} entries where {_run.Entries} were written");
        }

        try
        {
            int first = (int)Math.Min(RunFormat.BlockBytesTarget, _run.Bytes - _position);
            _file.Read(_position, _buffer.Span[..first]);
            ReadOnlySpan<byte> header = _buffer.Span;
            int length = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) != RunFormat.BlockMagic
                || length <= 0 || length > _run.Bytes - _position - RunFormat.HeaderBytes
                || BinaryPrimitives.ReadUInt64LittleEndian(header[16..]) != _run.Id
                || BinaryPrimitives.ReadUInt64LittleEndian(header[24..]) != _blockNumber)
            {
                throw Damaged("a block header is not the one that was written");
            }

            int padded = AlignedBuffer.RoundUp(length + RunFormat.HeaderBytes);
            ReadRest(first, padded);
            if (Crc32C.Compute(_buffer.Span[8..padded]) != BinaryPrimitives.ReadUInt32LittleEndian(_buffer.Span[4..]))
            {
                throw Damaged("checksum mismatch");
            }

            _blockNumber++;
            _position += padded;
            _at = RunFormat.HeaderBytes;
            _end = RunFormat.HeaderBytes + length;
            return true;
        }
        catch (IOException e) when (e is not StoreFailedException)
        {
            throw new StoreFailedException($"index checkpoint: cannot read {RunFormat.NameOf(_run.Id)} at {_position}: {e.Message}", e);
        }
    }

    private void ReadRest(int have, int need)
    {
        if (need > _buffer.Capacity)
        {
            var larger = new AlignedBuffer(need);
            _buffer.Span[..have].CopyTo(larger.Span);
            _buffer.Dispose();
            _buffer = larger;
        }

        if (need > have)
        {
            _file.Read(_position + have, _buffer.Span[have..need]);
        }
    }

    private StoreFailedException Damaged(string what) =>
        new($"index checkpoint is damaged: {RunFormat.NameOf(_run.Id)} at {_position}: {what}");
}
