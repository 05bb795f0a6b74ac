using System.Security.Cryptography;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Devices;
using Cairn.Store.Tests.Faults;

namespace Cairn.Store.Tests;

/// <summary>A WAL's last batch that reached the disk without the bulk data that the same sync was to cover.</summary>
public sealed class LastBatchTests
{
    private static readonly PgId Pg = new(1, 0);

    /// <summary>Nothing follows the last batch, so that a copy of the disk is what a power cut leaves.</summary>
    private static readonly StoreOptions Options = TemporaryStore.Small with { WalSealAfter = TimeSpan.FromHours(1) };

    [Fact]
    public async Task It_is_none_at_the_next_start_and_at_the_one_after_that()
    {
        byte[] lost = RandomNumberGenerator.GetBytes(100_000);
        FaultStorage disk = await After(
            Make(),
            new StoreTransaction().Add(new CreateCollection()),
            new StoreTransaction().Add(new WriteData(Id("whole"), 0, RandomNumberGenerator.GetBytes(100_000))),
            new StoreTransaction().Add(new WriteData(Id("lost"), 0, lost)));
        Forget(disk.Names[FaultDevice.Name], lost.AsSpan(4096 * 3, 4096));

        FaultStorage next = await After(disk, new StoreTransaction().Add(new WriteData(Id("later"), 0, new byte[10])));
        await using ObjectStore store = Open(next);
        Assert.True(store.TryStat(Pg, Id("whole"), out _));
        Assert.False(store.TryStat(Pg, Id("lost"), out _));
        Assert.True(store.TryStat(Pg, Id("later"), out _));
    }

    private static FaultStorage Make()
    {
        var disk = new FaultStorage();
        using var storage = new DeviceStorage(FaultDevice.Make(disk));
        ObjectStore.Create(storage, TemporaryStore.Identity, Options);
        return disk;
    }

    private static ObjectStore Open(FaultStorage disk) => ObjectStore.Open(new DeviceStorage(disk.Open(FaultDevice.Name, create: false)), Options);

    /// <summary>The disk as it is when the last transaction has been acknowledged.</summary>
    private static async Task<FaultStorage> After(FaultStorage disk, params StoreTransaction[] transactions)
    {
        ObjectStore store = Open(disk);
        foreach (StoreTransaction transaction in transactions)
        {
            await store.SubmitAsync(Pg, transaction, CancellationToken.None);
        }

        FaultStorage copy = disk.Copy();
        await store.CloseAsync();
        return copy;
    }

    private static void Forget(FaultInode device, ReadOnlySpan<byte> block)
    {
        byte[] content = new byte[device.Length];
        device.Read(0, content);
        int at = content.AsSpan().IndexOf(block);
        Assert.True(at > 0);
        device.Write(at, new byte[block.Length]);
    }

    private static ObjectId Id(string name) => new(1, "", name);
}
