using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Devices;
using Cairn.Store.Layout;
using Cairn.Store.Tests.Faults;

namespace Cairn.Store.Tests;

/// <summary>Where mkfs puts a store, and in which shapes.</summary>
public sealed class StorageLocationTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cairn-location-").FullName;

    [Fact]
    public void A_store_is_one_file_unless_asked_for_several()
    {
        ObjectStore.Create(_directory, TemporaryStore.Identity, TemporaryStore.Small);
        Assert.Equal([StorageLocation.BlockName], Directory.EnumerateFileSystemEntries(_directory).Select(Path.GetFileName));

        string several = Path.Combine(_directory, "several");
        ObjectStore.Create(several, TemporaryStore.Identity, TemporaryStore.Small with { SeparateFiles = true });
        Assert.Contains(Superblock.Name, Directory.EnumerateFileSystemEntries(several).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Mkfs_does_not_overwrite_a_store(bool separateFiles)
    {
        StoreOptions options = TemporaryStore.Small with { SeparateFiles = separateFiles };
        ObjectStore.Create(_directory, TemporaryStore.Identity, options);
        Assert.Throws<StoreFormatException>(() => ObjectStore.Create(_directory, TemporaryStore.Identity, TemporaryStore.Small));
        Assert.Throws<StoreFormatException>(() => ObjectStore.Create(_directory, TemporaryStore.Identity, options with { SeparateFiles = true }));
    }

    [Fact]
    public async Task A_mkfs_cut_off_has_made_no_store_and_can_be_run_again()
    {
        StorageLocation.Create(_directory, TemporaryStore.Small).Dispose();
        await Assert.ThrowsAsync<StoreFormatException>(() => ObjectStore.OpenAsync(_directory, TemporaryStore.Small, CancellationToken.None));

        ObjectStore.Create(_directory, TemporaryStore.Identity, TemporaryStore.Small);
        await (await ObjectStore.OpenAsync(_directory, TemporaryStore.Small, CancellationToken.None)).DisposeAsync();
    }

    [Fact]
    public async Task Two_may_not_have_a_store_open()
    {
        ObjectStore.Create(_directory, TemporaryStore.Identity, TemporaryStore.Small);
        await using ObjectStore first = await ObjectStore.OpenAsync(_directory, TemporaryStore.Small, CancellationToken.None);
        await Assert.ThrowsAsync<StoreInUseException>(() => ObjectStore.OpenAsync(_directory, TemporaryStore.Small, CancellationToken.None));
    }

    /// <summary>The file is sparse: a store larger than the disk it is on is made, and works as far as there is room.</summary>
    [Fact]
    public async Task A_store_takes_the_space_that_it_uses()
    {
        StoreOptions options = TemporaryStore.Small with { CapacityBytes = 1L << 40, SegmentBytes = 1 << 20, WalBytesMax = 4 << 20 };
        ObjectStore.Create(_directory, TemporaryStore.Identity, options);
        await using ObjectStore store = await ObjectStore.OpenAsync(_directory, options, CancellationToken.None);
        var pg = new PgId(1, 0);
        await store.SubmitAsync(
            pg, new StoreTransaction().Add(new CreateCollection()).Add(new WriteData(new ObjectId(1, "", "a"), 0, new byte[100_000])), CancellationToken.None);
        Assert.True(store.TryStat(pg, new ObjectId(1, "", "a"), out _));
    }

    [Fact]
    public void A_full_file_system_is_told_when_a_file_grows_and_nothing_is_lost_by_it()
    {
        var disk = new FaultStorage();
        using var storage = new DeviceStorage(FaultDevice.Make(disk));
        using IBlockFile file = storage.Open("data/0", create: true);
        disk.Fault = static (call, name) =>
        {
            if (call == DiskCall.Allocate)
            {
                throw new DiskFullException($"{name}: full");
            }
        };
        Assert.Throws<DiskFullException>(() => file.Allocate(0, storage.CapacityBytes));
        Assert.Equal(0, file.Length);

        disk.Fault = null;
        file.Allocate(0, storage.CapacityBytes);
        Assert.Equal(storage.CapacityBytes, file.Length);
    }

    /// <summary>Pieces written at once go where they belong, also where the file goes on elsewhere on the device.</summary>
    [Fact]
    public void A_gathered_write_crosses_from_one_run_of_units_to_the_next()
    {
        const int Unit = 256 << 10;
        using var storage = new DeviceStorage(FaultDevice.Make(new FaultStorage()));
        using IBlockFile file = storage.Open("data/0", create: true);
        using IBlockFile between = storage.Open("data/1", create: true);
        file.Allocate(0, Unit);
        between.Allocate(0, Unit);
        file.Allocate(0, 2 * Unit);

        using var data = new AlignedBuffer(4 * IBlockFile.BlockSize);
        Random.Shared.NextBytes(data.Span);
        int at = Unit - (2 * IBlockFile.BlockSize);
        file.Write(at, Pieces(data));

        using var read = new AlignedBuffer(data.Capacity);
        file.Read(at, read.Span);
        Assert.Equal(data.Span, read.Span);
        between.Write(0, data.Span);
        file.Read(at, read.Span);
        Assert.Equal(data.Span, read.Span);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static unsafe BlockPiece[] Pieces(AlignedBuffer data) =>
        [.. Enumerable.Range(0, data.Capacity / IBlockFile.BlockSize).Select(i => new BlockPiece((byte*)data.Pin(i * IBlockFile.BlockSize).Pointer, IBlockFile.BlockSize))];
}
