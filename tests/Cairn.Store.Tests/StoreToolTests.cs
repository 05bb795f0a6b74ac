using System.Text;
using System.Text.Json;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Binary;
using Cairn.Objects.Transactions;
using Cairn.Store.Tests.Model;
using Cairn.Store.Tools;

namespace Cairn.Store.Tests;

public sealed class StoreToolTests
{
    [Fact]
    public async Task A_pg_exported_from_one_store_is_the_same_imported_into_another()
    {
        using var from = new TemporaryStore();
        using var to = new TemporaryStore();
        string content = await Fill(from);
        foreach (PgId pg in await StoreTool.ListPgsAsync(from.Directory, CancellationToken.None))
        {
            var archive = new MemoryStream();
            await StoreTool.ExportAsync(from.Directory, pg, archive, CancellationToken.None);
            archive.Position = 0;
            Assert.Equal(pg, await StoreTool.ImportAsync(to.Directory, archive, CancellationToken.None));
        }

        await using ObjectStore store = await to.OpenAsync();
        Assert.Equal(content, await StoreText.Describe(store));
    }

    [Fact]
    public async Task A_damaged_archive_is_refused_and_leaves_nothing_behind()
    {
        using var from = new TemporaryStore();
        using var to = new TemporaryStore();
        await Fill(from);
        var archive = new MemoryStream();
        PgId pg = (await StoreTool.ListPgsAsync(from.Directory, CancellationToken.None))[0];
        await StoreTool.ExportAsync(from.Directory, pg, archive, CancellationToken.None);
        byte[] damaged = archive.ToArray();
        damaged[damaged.Length / 2] ^= 1;
        await Assert.ThrowsAsync<MalformedDataException>(() => StoreTool.ImportAsync(to.Directory, new MemoryStream(damaged), CancellationToken.None));
        await Assert.ThrowsAsync<MalformedDataException>(() =>
            StoreTool.ImportAsync(to.Directory, new MemoryStream(archive.ToArray()[..^5]), CancellationToken.None));
        Assert.Empty(await StoreTool.ListPgsAsync(to.Directory, CancellationToken.None));
    }

    [Fact]
    public async Task Dumps_are_json_that_names_what_is_there()
    {
        using var directory = new TemporaryStore();
        var pg = new PgId(1, 0);
        var id = new ObjectId(1, "", "a");
        ObjectStore store = await directory.OpenAsync();
        await store.SubmitAsync(
            pg, new StoreTransaction().Add(new CreateCollection()).Add(new WriteData(id, 0, "hello"u8.ToArray())).Add(new SetMeta("info", new byte[3])), CancellationToken.None);
        await store.CloseAsync();

        using JsonDocument o = Json(output => Assert.True(StoreTool.DumpObject(directory.Directory, pg, id, output)));
        Assert.Equal(5, o.RootElement.GetProperty("size").GetInt32());
        using JsonDocument wal = Json(output => StoreTool.DumpWal(directory.Directory, output));
        Assert.Equal("WriteData 1:a 0+5", wal.RootElement[0].GetProperty("ops")[1].GetString());
        var dumped = new MemoryStream();
        Assert.True(await StoreTool.DumpPgAsync(
            directory.Directory, pg, dumped, static (catalog, of, json) => json.WriteNumber("decoded", catalog.GetMeta(of, "info")!.Length), CancellationToken.None));
        using JsonDocument meta = JsonDocument.Parse(dumped.ToArray());
        Assert.Equal(3, meta.RootElement.GetProperty("decoded").GetInt32());
        Assert.Equal(1, meta.RootElement.GetProperty("stored_objects").GetInt32());
        Assert.Equal("AAAA", meta.RootElement.GetProperty("meta").GetProperty("info").GetString());
    }

    [Fact]
    public async Task A_benchmark_leaves_nothing_behind()
    {
        using var directory = new TemporaryStore();
        string content = await Fill(directory);
        StoreBenchResult result = await StoreTool.BenchAsync(directory.Directory, 4096, writers: 4, TimeSpan.FromMilliseconds(50), CancellationToken.None);
        Assert.InRange(result.Writes, 4, long.MaxValue);
        Assert.Equal(result.Writes * 4096, result.Bytes);
        await using ObjectStore store = await directory.OpenAsync();
        Assert.Equal(content, await StoreText.Describe(store));
    }

    [Fact]
    public async Task Fsck_tells_of_files_that_are_not_the_stores()
    {
        using var directory = new TemporaryStore(TemporaryStore.Small with { SeparateFiles = true });
        await Fill(directory);
        await File.WriteAllTextAsync(Path.Combine(directory.Directory, "data", "notes.txt"), "hello");
        await File.WriteAllTextAsync(Path.Combine(directory.Directory, "data", "999999"), "hello");
        FsckReport report = StoreTool.Fsck(directory.Directory);
        Assert.Empty(report.Errors);
        Assert.Contains(report.Notes, static n => n.Contains("notes.txt", StringComparison.Ordinal));
        Assert.Contains(report.Notes, static n => n.Contains("999999", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fsck_names_the_object_of_a_damaged_block()
    {
        using var directory = new TemporaryStore(TemporaryStore.Small with { SeparateFiles = true });
        await using (ObjectStore store = await directory.OpenAsync())
        {
            await store.SubmitAsync(
                new PgId(1, 0), new StoreTransaction().Add(new CreateCollection()).Add(new WriteData(new ObjectId(1, "", "victim"), 0, new byte[100_000])), CancellationToken.None);
        }

        Assert.True(StoreTool.Fsck(directory.Directory).IsClean);
        string segment = Path.Combine(directory.Directory, "data", "000000");
        await using (FileStream file = File.OpenWrite(segment))
        {
            file.Position = 50_000;
            file.WriteByte(1);
        }

        FsckReport report = StoreTool.Fsck(directory.Directory);
        Assert.Contains("victim", Assert.Single(report.Errors), StringComparison.Ordinal);
        await using ObjectStore again = await directory.OpenAsync();
        await Assert.ThrowsAsync<ObjectCorruptException>(async () =>
            await again.ReadAsync(new PgId(1, 0), new ObjectId(1, "", "victim"), 0, 100_000, CancellationToken.None));
    }

    [Fact]
    public async Task A_damaged_wal_is_refused_and_repair_says_what_it_costs()
    {
        using var directory = new TemporaryStore(TemporaryStore.Small with { SeparateFiles = true });
        var pg = new PgId(1, 0);
        ObjectStore store = await directory.OpenAsync();
        for (int i = 0; i < 10; i++)
        {
            await store.SubmitAsync(pg, new StoreTransaction().Add(new CreateCollection()).Add(new SetMeta("n", Encoding.UTF8.GetBytes($"{i}"))), CancellationToken.None);
        }

        await store.CloseAsync();
        string wal = Directory.GetFiles(Path.Combine(directory.Directory, "wal")).Order(StringComparer.Ordinal).First(f => !f.Contains('.', StringComparison.Ordinal));
        await using (FileStream file = File.OpenWrite(wal))
        {
            file.Position = (4 * 4096) + 45; // The fifth batch, of which there is one a block.
            file.WriteByte(0xff);
        }

        StoreFailedException refused = await Assert.ThrowsAsync<StoreFailedException>(() => directory.OpenAsync());
        Assert.Contains("truncate-wal", refused.Message, StringComparison.Ordinal);
        WalDamage damage = StoreTool.TruncateWal(directory.Directory);
        Assert.Equal((5UL, 10UL), (damage.FirstLost, damage.LastLost));
        await using ObjectStore repaired = await directory.OpenAsync();
        Assert.Equal("3", Encoding.UTF8.GetString(repaired.GetMeta(pg, "n")!));
    }

    [Fact]
    public async Task A_store_is_made_once_and_opened_by_one()
    {
        using var directory = new TemporaryStore();
        Assert.Throws<StoreFormatException>(() => ObjectStore.Create(directory.Directory, TemporaryStore.Identity, TemporaryStore.Small));
        await using ObjectStore store = await directory.OpenAsync();
        Assert.Equal(TemporaryStore.Identity, store.Identity);
        await Assert.ThrowsAsync<StoreInUseException>(() => directory.OpenAsync());
    }

    private static async Task<string> Fill(TemporaryStore directory)
    {
        var history = new History(3);
        await using ObjectStore store = await directory.OpenAsync();
        for (int i = 0; i < 100; i++)
        {
            (PgId pg, StoreTransaction transaction) = history.Next();
            await store.SubmitAsync(pg, transaction, CancellationToken.None);
        }

        return await StoreText.Describe(store);
    }

    private static JsonDocument Json(Action<Stream> dump)
    {
        var output = new MemoryStream();
        dump(output);
        return JsonDocument.Parse(output.ToArray());
    }
}
