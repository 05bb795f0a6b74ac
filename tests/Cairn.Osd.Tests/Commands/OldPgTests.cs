using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using Cairn.Crush;
using Cairn.Maps;
using Cairn.Objects.Transactions;
using Cairn.Osd.Commands;
using Cairn.Pg;
using Cairn.Pg.Effects;
using Cairn.Pg.Inputs;
using Cairn.Store;
using Cairn.Store.Tools;

namespace Cairn.Osd.Tests.Commands;

/// <summary>
/// A PG as an OSD stored it when log entries were metadata, exported then, with what <c>cairn-osd store dump</c> said of it that day: 628 writes,
/// a hundred of them trimmed.
/// </summary>
public sealed class OldPgTests : IDisposable
{
    private static readonly PgId Pg = new(1, 0);
    private static readonly Epoch Stored = new(23);
    private readonly string _directory = Directory.CreateTempSubdirectory("cairn-osd-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_log_of_metadata_is_read_as_it_was_and_becomes_a_log_when_the_pg_is_loaded()
    {
        ObjectStore.Create(_directory, new StoreIdentity(Guid.NewGuid(), Guid.NewGuid(), 2), new StoreOptions { CapacityBytes = 64 << 20 });
        Assert.Equal(Pg, await StoreTool.ImportAsync(_directory, Resource("pg-v1.archive.gz"), CancellationToken.None));
        using JsonDocument expected = await JsonDocument.ParseAsync(Resource("pg-v1.json.gz"));
        await using (ObjectStore store = await OpenAsync())
        {
            Assert.Equal(628, store.ListMeta(Pg, "log.", "log/").Count);
            AssertDump(expected, store);

            await store.SubmitAsync(Pg, Load(store).Transaction, CancellationToken.None);
            Assert.Empty(store.ListMeta(Pg, "log.", "log/"));
            Assert.Equal(628, store.ListLog(Pg).Count);
            AssertDump(expected, store);
        }

        await using ObjectStore again = await OpenAsync();
        AssertDump(expected, again);
        Assert.Null(LoadEffects(again).OfType<Persist>().FirstOrDefault()); // It is converted once.
    }

    private static Persist Load(ObjectStore store) => Assert.Single(LoadEffects(store).OfType<Persist>());

    private static EffectList LoadEffects(ObjectStore store)
    {
        var pool = new Pool { Id = Pg.Pool, Name = "p", Size = 3, MinSize = 2, PgNum = 1, PgpNum = 1, CrushRule = 0, CreatedIn = new Epoch(2) };
        var map = new OsdMap { Fsid = Guid.Empty, Crush = new CrushMap(), Epoch = Stored, Pools = ImmutableSortedDictionary<long, Pool>.Empty.Add(Pg.Pool, pool) };
        ImmutableArray<OsdId> osds = [new(0), new(1), new(2)];
        var environment = new PgEnvironment(new OsdId(2), store, (_, _) => new PgMapping(osds, osds[0], osds, osds[0]), new PgOptions());
        var effects = new EffectList();
        Assert.Equal(Stored, PlacementGroup.StoredEpochOf(store, Pg));
        PlacementGroup.Load(Pg, map, environment, new PgTime(1, 1), effects);
        return effects;
    }

    private static void AssertDump(JsonDocument expected, IObjectCatalog catalog)
    {
        var dumped = new MemoryStream();
        using (var json = new Utf8JsonWriter(dumped))
        {
            json.WriteStartObject();
            PgDump.Write(catalog, Pg, json);
            json.WriteEndObject();
        }

        using JsonDocument actual = JsonDocument.Parse(dumped.ToArray());
        Assert.Equal(Text(expected), Text(actual));
    }

    private static string Text(JsonDocument document) => JsonSerializer.Serialize(document.RootElement);

    private Task<ObjectStore> OpenAsync() => ObjectStore.OpenAsync(_directory, new StoreOptions(), CancellationToken.None);

    private static GZipStream Resource(string name) => new(
        typeof(OldPgTests).Assembly.GetManifestResourceStream($"Golden.{name}") ?? throw new InvalidOperationException($"there is no Golden/{name}"),
        CompressionMode.Decompress);
}
