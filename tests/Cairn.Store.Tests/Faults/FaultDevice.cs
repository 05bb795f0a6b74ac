using Cairn.Store.Devices;

namespace Cairn.Store.Tests.Faults;

/// <summary>A recording disk's only file, as a raw device.</summary>
internal static class FaultDevice
{
    public const string Name = "device";
    private const int Bytes = 32 << 20;

    public static IBlockFile Make(FaultStorage disk)
    {
        IBlockFile device = disk.Open(Name, create: true);
        disk.SyncDirectory("");
        device.Allocate(0, Bytes);
        device.Sync();
        DeviceStorage.Format(device);
        return device;
    }
}
