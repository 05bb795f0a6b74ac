using System.Text.Json;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;
using Cairn.Store.Catalog;
using Cairn.Store.Engine;
using Cairn.Store.Extents;

namespace Cairn.Store.Tools;

/// <summary>Writes what is in a closed store as JSON.</summary>
internal static class StoreDump
{
    /// <returns>False if there is no such object.</returns>
    public static bool Object(EngineContext engine, PgId pg, ObjectId id, Utf8JsonWriter json)
    {
        if (engine.Catalog.Find(pg) is not { } collection || engine.Catalog.Find(collection, id) is not { } onode)
        {
            return false;
        }

        json.WriteStartObject();
        json.WriteString("pg", pg.ToString());
        json.WriteString("object", id.ToString());
        json.WriteNumber("number", onode.Uid);
        json.WriteNumber("size", onode.Size);
        json.WriteString("version", onode.Version.ToString());
        json.WriteNumber("modified_unix_ms", onode.ModifiedUnixMs);
        json.WriteStartObject("xattrs");
        foreach ((string name, byte[] value) in onode.Xattrs)
        {
            json.WriteBase64String(name, value);
        }

        json.WriteEndObject();
        json.WriteStartObject("omap");
        foreach ((string key, byte[] value) in engine.Catalog.GetOmapRange(onode, null, int.MaxValue))
        {
            json.WriteBase64String(key, value);
        }

        json.WriteEndObject();
        json.WriteStartArray("extents");
        Extents(0, onode.First, json);
        foreach (uint number in onode.Further.All())
        {
            Extents(number, engine.Catalog.FindChunk(onode, number)!, json);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return true;
    }

    /// <summary>How many objects a PG has, its metadata and its log: as they are, and in the words of whoever wrote them.</summary>
    public static bool Pg(IObjectCatalog catalog, PgId pg, Utf8JsonWriter json, Action<IObjectCatalog, PgId, Utf8JsonWriter> decode)
    {
        if (!catalog.CollectionExists(pg))
        {
            return false;
        }

        json.WriteStartObject();
        json.WriteString("pg", pg.ToString());
        json.WriteNumber("stored_objects", CountObjects(catalog, pg));
        decode(catalog, pg, json);
        json.WriteStartObject("meta");
        foreach ((string key, byte[] value) in catalog.ListMeta(pg, "", "\uffff"))
        {
            json.WriteBase64String(key, value);
        }

        json.WriteEndObject();
        json.WriteStartObject("stored_log");
        foreach ((Eversion version, byte[] value) in catalog.ListLog(pg))
        {
            json.WriteBase64String(version.ToString(), value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        return true;
    }

    public static void Transaction(ulong sequence, PgId pg, StoreTransaction transaction, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("sequence", sequence);
        json.WriteString("pg", pg.ToString());
        json.WriteStartArray("ops");
        foreach (StoreOp op in transaction)
        {
            json.WriteStringValue(op switch
            {
                WriteData write => $"WriteData {write.Object} {write.Offset}+{write.Data.Length}",
                SetMeta set => $"SetMeta {set.Key} ({set.Value.Length} bytes)",
                SetLog set => $"SetLog {set.Version} ({set.Value.Length} bytes)",
                SetXattr set => $"SetXattr {set.Object} {set.Name} ({set.Value.Length} bytes)",
                SetOmap set => $"SetOmap {set.Object} {set.Key} ({set.Value.Length} bytes)",
                _ => op.ToString(),
            });
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Extents(uint chunk, Chunk extents, Utf8JsonWriter json)
    {
        foreach (Extent extent in extents.Extents)
        {
            json.WriteStartObject();
            json.WriteNumber("offset", ((ulong)chunk * ExtentLayout.ChunkBytes) + (ulong)extent.Offset);
            json.WriteNumber("length", extent.Length);
            switch (extent)
            {
                case StagedExtent staged:
                    json.WriteString("staged", $"transaction {staged.Id.Sequence}, write {staged.Id.Write}, byte {staged.Position}");
                    break;
                case StoredExtent stored:
                    json.WriteNumber("segment", stored.Slot);
                    json.WriteNumber("position", stored.Position);
                    json.WriteNumber("skip", stored.Skip);
                    json.WriteStartArray("crc32c");
                    foreach (uint sum in stored.Sums)
                    {
                        json.WriteStringValue(sum.ToString("x8", System.Globalization.CultureInfo.InvariantCulture));
                    }

                    json.WriteEndArray();
                    break;
            }

            json.WriteEndObject();
        }
    }

    private static long CountObjects(IObjectCatalog catalog, PgId pg)
    {
        long count = 0;
        ObjectId? after = null;
        while (catalog.ListObjects(pg, after, 1024) is { Count: > 0 } page)
        {
            count += page.Count;
            after = page[^1].Id;
        }

        return count;
    }
}
