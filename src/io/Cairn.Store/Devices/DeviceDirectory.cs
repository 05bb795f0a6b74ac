using System.Buffers;
using System.Buffers.Binary;
using Cairn.Maps;
using Cairn.Objects.Binary;

namespace Cairn.Store.Devices;

/// <summary>
/// The names on a raw device and the units behind them. Written whole, by turns into one of two slots, so that after any crash the one before
/// is there. Slot: CRC-32C u32 of what follows, length u32, generation u64, then count, and for each file name, length, runs.
/// </summary>
internal sealed class DeviceDirectory(IBlockFile device, DeviceLayout layout)
{
    private const int HeaderBytes = 16;
    private const int FilesMax = 1 << 24;
    private ulong _generation;

    /// <summary>Reads the newer slot that is whole.</summary>
    /// <exception cref="StoreFailedException">None is.</exception>
    public SortedDictionary<string, DeviceInode> Read()
    {
        SortedDictionary<string, DeviceInode>? newest = null;
        for (int slot = 0; slot < 2; slot++)
        {
            int length = LengthOf(slot);
            if (length < HeaderBytes || length > layout.SlotBytes)
            {
                continue;
            }

            using var buffer = new AlignedBuffer(AlignedBuffer.RoundUp(length));
            device.Read(layout.SlotAt(slot), buffer.Span);
            if (BinaryPrimitives.ReadUInt32LittleEndian(buffer.Span) != Crc32C.Compute(buffer.Span[4..length]))
            {
                continue;
            }

            ulong generation = BinaryPrimitives.ReadUInt64LittleEndian(buffer.Span[8..]);
            if (generation > _generation)
            {
                _generation = generation;
                newest = Decode(buffer.Span[HeaderBytes..length]);
            }
        }

        return newest ?? throw new StoreFailedException($"{device.Name}: both copies of the directory are damaged");
    }

    /// <summary>Durable when this returns.</summary>
    /// <exception cref="DiskFullException">There are too many files.</exception>
    public void Write(SortedDictionary<string, DeviceInode> files)
    {
        var content = new ArrayBufferWriter<byte>();
        var writer = new ByteWriter(content);
        writer.VarUInt((ulong)files.Count);
        foreach ((string name, DeviceInode inode) in files)
        {
            writer.Text(name);
            writer.VarInt(inode.Length);
            writer.VarUInt((ulong)inode.Runs.Length);
            foreach (UnitRun run in inode.Runs)
            {
                writer.VarUInt((ulong)run.Start);
                writer.VarUInt((ulong)run.Count);
            }
        }

        int length = HeaderBytes + content.WrittenCount;
        if (length > layout.SlotBytes)
        {
            throw new DiskFullException($"{device.Name}: a directory of {files.Count} files does not fit {layout.SlotBytes} bytes");
        }

        using var buffer = new AlignedBuffer(AlignedBuffer.RoundUp(length));
        buffer.Span.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(buffer.Span[4..], length);
        BinaryPrimitives.WriteUInt64LittleEndian(buffer.Span[8..], ++_generation);
        content.WrittenSpan.CopyTo(buffer.Span[HeaderBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.Span, Crc32C.Compute(buffer.Span[4..length]));
        device.Write(layout.SlotAt((int)(_generation % 2)), buffer.Span);
        device.Sync();
    }

    /// <summary>Slots are made for the most files there can be: what they hold is a small part, and the rest needs no memory.</summary>
    private int LengthOf(int slot)
    {
        using var front = new AlignedBuffer(IBlockFile.BlockSize);
        device.Read(layout.SlotAt(slot), front.Span);
        return BinaryPrimitives.ReadInt32LittleEndian(front.Span[4..]);
    }

    private SortedDictionary<string, DeviceInode> Decode(ReadOnlySpan<byte> content)
    {
        try
        {
            var files = new SortedDictionary<string, DeviceInode>(StringComparer.Ordinal);
            var reader = new ByteReader(content);
            for (int file = reader.Count(FilesMax); file > 0; file--)
            {
                string name = reader.Text();
                var inode = new DeviceInode { Length = reader.VarInt() };
                var runs = new UnitRun[reader.Count(layout.Units)];
                for (int run = 0; run < runs.Length; run++)
                {
                    runs[run] = new UnitRun(reader.Count(layout.Units), reader.Count(layout.Units));
                }

                inode.Runs = runs;
                files.Add(name, inode);
            }

            reader.RequireEnd();
            return files;
        }
        catch (Exception e) when (e is MalformedDataException or ArgumentException)
        {
            throw new StoreFailedException($"{device.Name}: the directory cannot be decoded: {e.Message}", e);
        }
    }
}
