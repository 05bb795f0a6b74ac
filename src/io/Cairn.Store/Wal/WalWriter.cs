using System.Buffers.Binary;
using Cairn.Maps;
using Cairn.Store.Devices;

namespace Cairn.Store.Wal;

/// <summary>Writes batches to the WAL's files, one after the other. Used by the commit thread only, but for what says otherwise.</summary>
internal sealed class WalWriter(ulong salt, int fileBytes, WalFiles files) : IDisposable
{
    private AlignedBuffer _stage = new(256 << 10);
    private IBlockFile? _file;
    private int _position;
    private int _length = WalFormat.HeaderBytes;
    private uint _count;

    /// <summary>The largest record that fits.</summary>
    public int RecordBytesMax => fileBytes / 2;

    /// <summary>Starts the batch over.</summary>
    public void Begin()
    {
        _length = WalFormat.HeaderBytes;
        _count = 0;
    }

    public int BatchBytes => _length;

    /// <summary>Whether a record of this size still goes into the batch.</summary>
    public bool Fits(int recordBytes) => _count == 0 || _length + recordBytes + 10 <= Math.Min(2 << 20, RecordBytesMax);

    /// <summary>Room for the next record.</summary>
    public Span<byte> Append(int recordBytes)
    {
        Reserve(recordBytes + 5);
        Span<byte> span = _stage.Span[_length..];
        uint length = (uint)recordBytes;
        int at = 0;
        while (length >= 0x80)
        {
            span[at++] = (byte)(length | 0x80);
            length >>= 7;
        }

        span[at++] = (byte)length;
        _length += at + recordBytes;
        _count++;
        return span.Slice(at, recordBytes);
    }

    /// <summary>Writes the batch; it is durable when this returns.</summary>
    /// <returns>Bytes written.</returns>
    public int Commit(ulong firstSequence)
    {
        int padded = AlignedBuffer.RoundUp(_length);
        if (_file is null || _position + padded > fileBytes)
        {
            _file?.Dispose();
            _file = files.OpenNext(firstSequence);
            _position = 0;
        }

        Reserve(padded - _length);
        Span<byte> batch = _stage.Span[..padded];
        batch[_length..].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(batch, WalFormat.BatchMagic);
        BinaryPrimitives.WriteInt32LittleEndian(batch[8..], _length);
        BinaryPrimitives.WriteUInt32LittleEndian(batch[12..], _count);
        BinaryPrimitives.WriteUInt64LittleEndian(batch[16..], files.Current);
        BinaryPrimitives.WriteUInt64LittleEndian(batch[24..], firstSequence);
        BinaryPrimitives.WriteUInt64LittleEndian(batch[32..], salt);
        BinaryPrimitives.WriteUInt32LittleEndian(batch[4..], Crc32C.Compute(batch[8.._length]));
        _file.Write(_position, batch);
        _file.Sync();
        _position += padded;
        return padded;
    }

    public void Dispose()
    {
        _file?.Dispose();
        _stage.Dispose();
    }

    private void Reserve(int bytes)
    {
        if (_length + bytes > _stage.Capacity)
        {
            var larger = new AlignedBuffer((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(_length + bytes)));
            _stage.Span[.._length].CopyTo(larger.Span);
            _stage.Dispose();
            _stage = larger;
        }
    }
}
