using System.Buffers.Binary;
using Cairn.Maps;

namespace Cairn.Store.Devices;

/// <summary>
/// How a raw device is divided: a label (magic u64, version u32, CRC-32C u32 of what follows, unit bytes u32, units u32, slot bytes u32), two
/// slots of which the newer whole one is the directory, then units that files consist of.
/// </summary>
internal sealed record DeviceLayout(int UnitBytes, int Units, int SlotBytes)
{
    private const ulong Magic = 0x31564544_4e524343; // "CCRNDEV1"
    private const uint FormatVersion = 1;
    private const int LabelBytes = IBlockFile.BlockSize;
    private const long SlotsAt = 64 << 10;
    private const int StandardUnitBytes = 256 << 10;

    /// <summary>A label may be read from any disk: numbers beyond these are not ours.</summary>
    private const int SlotBytesMax = 256 << 20;

    public long SlotAt(int slot) => SlotsAt + ((long)slot * SlotBytes);

    public long UnitAt(int unit) => SlotsAt + (2L * SlotBytes) + ((long)unit * UnitBytes);

    /// <exception cref="ArgumentException">The device is too small.</exception>
    public static DeviceLayout For(long deviceBytes)
    {
        // A file of the least size takes a few dozen bytes of the directory for its 512 KiB of data: there is ample room.
        int slotBytes = (int)Math.Clamp(AlignedBuffer.RoundUp(deviceBytes >> 12), 128 << 10, SlotBytesMax);
        long units = (deviceBytes - SlotsAt - (2L * slotBytes)) / StandardUnitBytes;
        return units >= 32
            ? new DeviceLayout(StandardUnitBytes, (int)Math.Min(units, int.MaxValue), slotBytes)
            : throw new ArgumentException($"a device of {deviceBytes} bytes is too small for a store");
    }

    /// <returns>Null: the device has no label.</returns>
    /// <exception cref="StoreFormatException">It is one of another version.</exception>
    /// <exception cref="StoreFailedException">It is damaged, or the device is smaller than it was.</exception>
    public static DeviceLayout? Read(IBlockFile device)
    {
        using var buffer = new AlignedBuffer(LabelBytes);
        device.Read(0, buffer.Span);
        ReadOnlySpan<byte> label = buffer.Span;
        if (BinaryPrimitives.ReadUInt64LittleEndian(label) != Magic)
        {
            return null;
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(label[12..]) != Crc32C.Compute(label[16..]))
        {
            throw new StoreFailedException($"{device.Name}: the label is damaged");
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(label[8..]);
        if (version != FormatVersion)
        {
            throw new StoreFormatException($"{device.Name} has label version {version}; this program reads version {FormatVersion}");
        }

        var layout = new DeviceLayout(
            BinaryPrimitives.ReadInt32LittleEndian(label[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(label[20..]),
            BinaryPrimitives.ReadInt32LittleEndian(label[24..]));
        return layout.UnitAt(layout.Units) <= device.Length
            ? layout
            : throw new StoreFailedException($"{device.Name} has {device.Length} bytes, fewer than when the store was made");
    }

    public void Write(IBlockFile device)
    {
        using var buffer = new AlignedBuffer(LabelBytes);
        Span<byte> label = buffer.Span;
        label.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(label, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(label[8..], FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(label[16..], UnitBytes);
        BinaryPrimitives.WriteInt32LittleEndian(label[20..], Units);
        BinaryPrimitives.WriteInt32LittleEndian(label[24..], SlotBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(label[12..], Crc32C.Compute(label[16..]));
        device.Write(0, label);
        device.Sync();
    }
}
