using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Layout;
using Cairn.Store.Tests.Faults;
using Cairn.Store.Tests.Model;
using Cairn.Store.Tools;

namespace Cairn.Store.Tests.Golden;

/// <summary>
/// Stores of each format version there was, read by today's code. After a change of the format: raise its version, teach the reader the one before,
/// and add an image (CAIRN_STORE_GOLDEN=folder writes one); never replace an old one.
/// </summary>
public sealed class GoldenImageTests
{
    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task A_store_of_an_earlier_day_is_read_and_gone_on_with(string version)
    {
        await using Stream packed = Resource(version + ".tar.gz");
        using var expected = new StreamReader(Resource(version + ".txt"));
        string content = await expected.ReadToEndAsync();
        FaultStorage storage = GoldenImage.Read(packed);
        Assert.Empty(Fsck.Run(storage.Copy(), GoldenImage.Options).Errors);

        ObjectStore store = ObjectStore.Open(storage, GoldenImage.Options);
        Assert.Equal(content, await StoreText.Describe(store));
        Assert.Equal(TemporaryStore.Identity, store.Identity);
        await store.SubmitAsync(new PgId(9, 0), new StoreTransaction().Add(new CreateCollection()), CancellationToken.None);
        await store.DisposeAsync();

        ObjectStore again = ObjectStore.Open(storage, GoldenImage.Options);
        Assert.Equal(content + "pg 9.0\n", await StoreText.Describe(again));
        await again.DisposeAsync();
    }

    [Fact]
    public async Task What_is_written_today_is_what_the_newest_image_holds()
    {
        FaultStorage storage = await GoldenImage.Make();
        FaultStorage written = storage.Copy();
        ObjectStore store = ObjectStore.Open(storage, GoldenImage.Options);
        string content = await StoreText.Describe(store);
        await store.CloseAsync();
        if (Environment.GetEnvironmentVariable("CAIRN_STORE_GOLDEN") is { } folder)
        {
            await using FileStream packed = File.Create(Path.Combine(folder, "new.tar.gz"));
            GoldenImage.Write(written, packed);
            await File.WriteAllTextAsync(Path.Combine(folder, "new.txt"), content);
        }

        using var expected = new StreamReader(Resource("v2.txt"));
        Assert.Equal(await expected.ReadToEndAsync(), content);
    }

    [Theory]
    [InlineData("superblock")]
    [InlineData("manifest")]
    public async Task A_store_of_a_newer_version_is_refused_by_name(string file)
    {
        FaultStorage storage = await GoldenImage.Make();
        FaultInode inode = storage.Names[file];
        byte[] version = [3, 0, 0, 0];
        inode.Write(8, version);
        inode.Write((inode.Length / 2) + 8, version);
        StoreFormatException refused = Assert.Throws<StoreFormatException>(() => ObjectStore.Open(storage, GoldenImage.Options));
        Assert.Contains($"{file} has format version 3", refused.Message, StringComparison.Ordinal);
        Assert.Contains("newer", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_of_an_older_version_becomes_one_of_this_when_it_goes_to_work()
    {
        await using Stream packed = Resource("v1.tar.gz");
        FaultStorage storage = GoldenImage.Read(packed);
        Assert.Empty(Fsck.Run(storage, GoldenImage.Options).Errors);
        Assert.Equal(1u, Superblock.Read(storage).Version); // Looking at it changes nothing.

        ObjectStore store = ObjectStore.Open(storage, GoldenImage.Options);
        Assert.Equal(2u, Superblock.Read(storage).Version);
        await store.SubmitAsync(
            new PgId(3, 0x1f), new StoreTransaction().Add(new SetLog(new Eversion(new Epoch(7), 1), new byte[] { 1 })), CancellationToken.None);
        await store.CloseAsync();
        ObjectStore again = ObjectStore.Open(storage, GoldenImage.Options);
        Assert.Single(again.ListLog(new PgId(3, 0x1f)));
        await again.DisposeAsync();
    }

    [Fact]
    public async Task A_damaged_version_is_healed_from_the_other_copy()
    {
        FaultStorage storage = await GoldenImage.Make();
        storage.Names["superblock"].Write(8, [3, 0, 0, 0]);
        await ObjectStore.Open(storage, GoldenImage.Options).CloseAsync();
    }

    private static Stream Resource(string name) =>
        typeof(GoldenImageTests).Assembly.GetManifestResourceStream($"Golden.{name}") ?? throw new InvalidOperationException($"there is no Golden/{name}");
}
