using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Devices;
using Cairn.Store.Tests.Faults;
using Cairn.Store.Tests.Model;
using Cairn.Store.Tests.PowerLoss;
using Cairn.Store.Tools;

namespace Cairn.Store.Tests;

/// <summary>A store on a raw device: here a plain file that stands for one, or a recording disk's only file.</summary>
public sealed class DeviceStorageTests
{
    /// <param name="loop">On a block device, where the kernel gives us a loop device.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_store_on_a_device_does_what_one_in_files_does(bool loop)
    {
        using var place = new DevicePlace(64 << 20, loop);
        var model = new ModelStore();
        var history = new History(21);
        ObjectStore.Create(place.Directory, TemporaryStore.Identity, place.Options);
        for (int restart = 0; restart < 4; restart++)
        {
            await using (ObjectStore store = await ObjectStore.OpenAsync(place.Directory, place.Options, CancellationToken.None))
            {
                Assert.Equal(model.Describe(), await StoreText.Describe(store));
                for (int i = 0; i < 100; i++)
                {
                    (PgId pg, StoreTransaction transaction) = history.Next();
                    model.Apply(pg, transaction);
                    await store.SubmitAsync(pg, transaction, CancellationToken.None);
                }
            }

            Assert.Empty(StoreTool.Fsck(place.Directory).Errors);
        }
    }

    [Fact]
    public async Task A_device_that_is_full_refuses_data_and_still_removes()
    {
        using var place = new DevicePlace(24 << 20);
        ObjectStore.Create(place.Directory, TemporaryStore.Identity, place.Options);
        var pg = new PgId(1, 0);
        await using ObjectStore store = await ObjectStore.OpenAsync(place.Directory, place.Options, CancellationToken.None);
        await store.SubmitAsync(pg, new StoreTransaction().Add(new CreateCollection()), CancellationToken.None);
        int written = 0;
        await Assert.ThrowsAsync<StoreFullException>(async () =>
        {
            for (; written < 200; written++)
            {
                await store.SubmitAsync(pg, new StoreTransaction().Add(new WriteData(Id(written), 0, new byte[256 << 10])), CancellationToken.None);
            }
        });
        Assert.InRange(written, 16, 95);
        for (int i = 0; i < written; i++)
        {
            await store.SubmitAsync(pg, new StoreTransaction().Add(new RemoveObject(Id(i))), CancellationToken.None);
        }

        await store.SubmitAsync(pg, new StoreTransaction().Add(new WriteData(Id(0), 0, new byte[256 << 10])), CancellationToken.None);
        Assert.False(store.Failed.IsCompleted);
    }

    [Fact]
    public void A_device_with_something_on_it_is_not_overwritten()
    {
        using var place = new DevicePlace(32 << 20);
        using (FileStream device = File.OpenWrite(place.Device))
        {
            device.Position = 1080; // Where ext4 has its magic number.
            device.Write([0x53, 0xef]);
        }

        StoreFormatException refused = Assert.Throws<StoreFormatException>(() => ObjectStore.Create(place.Directory, TemporaryStore.Identity, place.Options));
        Assert.Contains("not empty", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_is_open_once_and_made_once()
    {
        using var place = new DevicePlace(32 << 20);
        ObjectStore.Create(place.Directory, TemporaryStore.Identity, place.Options);
        Assert.Throws<StoreFormatException>(() => ObjectStore.Create(place.Directory, TemporaryStore.Identity, place.Options));
        await using ObjectStore store = await ObjectStore.OpenAsync(place.Directory, place.Options, CancellationToken.None);
        await Assert.ThrowsAsync<StoreInUseException>(() => ObjectStore.OpenAsync(place.Directory, place.Options, CancellationToken.None));
    }

    [Fact]
    public async Task Power_cut_at_any_write_of_a_device_leaves_a_prefix_with_all_that_was_acknowledged()
    {
        int cuts = await new CutCampaign(77, onDevice: true).Run(honest: true);
        Assert.True(cuts > 150, $"{cuts} cut points");
    }

    [Fact]
    public void A_flipped_bit_in_the_directory_is_healed_or_reported()
    {
        var disk = new FaultStorage();
        IBlockFile device = FaultDevice.Make(disk);
        using (var storage = new DeviceStorage(device))
        {
            for (int i = 0; i < 20; i++)
            {
                storage.Open($"data/{i}", create: true).Allocate(0, 300_000);
                storage.SyncDirectory("data");
            }
        }

        var random = new Random(3);
        for (int flip = 0; flip < 200; flip++)
        {
            FaultStorage copy = disk.Copy();
            copy.Names[FaultDevice.Name].Flip(random.Next(((64 << 10) + (4 << 10)) * 8));
            try
            {
                using var storage = new DeviceStorage(copy.Open(FaultDevice.Name, create: false));
                Assert.True(storage.List("data").Count >= 19, "an older directory than the one before the last");
            }
            catch (Exception e) when (e is StoreFailedException or StoreFormatException)
            {
                // Reported.
            }
        }
    }

    [Fact]
    public void Units_are_given_once_and_come_back_whole()
    {
        var free = new FreeUnits(100);
        List<UnitRun> a = free.Allocate(40)!;
        List<UnitRun> b = free.Allocate(40)!;
        Assert.Null(free.Allocate(21));
        Assert.Equal([new UnitRun(0, 40)], a);
        free.Release(a[0]);
        Assert.Equal([new UnitRun(0, 40), new UnitRun(80, 10)], free.Allocate(50));
        free.Release(new UnitRun(0, 40));
        free.Release(new UnitRun(80, 10));
        free.Release(b[0]);
        Assert.Equal([new UnitRun(0, 100)], free.Allocate(100));
        Assert.False(free.TryTake(new UnitRun(5, 1)));
    }

    private static ObjectId Id(int number) => new(1, "", $"o{number}");
}
