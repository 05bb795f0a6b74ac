using System.Text.Json;
using Cairn.Maps;
using Cairn.Objects.Transactions;
using Cairn.Pg;
using Cairn.Pg.Storage;

namespace Cairn.Osd.Commands;

/// <summary>A stored PG's info, log and missing set as JSON, in the words of the log.</summary>
internal static class PgDump
{
    public static void Write(IObjectCatalog catalog, PgId pg, Utf8JsonWriter json)
    {
        if (PgInspection.Read(catalog, pg) is not { } stored)
        {
            return;
        }

        json.WriteStartObject("info");
        json.WriteNumber("epoch", stored.StoredEpoch.Value);
        json.WriteString("last_update", stored.Info.LastUpdate.ToString());
        json.WriteString("last_complete", stored.Info.LastComplete.ToString());
        json.WriteString("log_tail", stored.Info.LogTail.ToString());
        json.WriteNumber("last_epoch_started", stored.Info.LastEpochStarted.Value);
        json.WriteString("last_backfill", stored.Info.LastBackfill.ToString());
        json.WriteNumber("objects", stored.Info.ObjectCount);
        json.WriteNumber("bytes", stored.Info.Bytes);
        json.WriteEndObject();

        json.WriteStartArray("log");
        foreach (LogEntry entry in stored.Log)
        {
            json.WriteStartObject();
            json.WriteString("version", entry.Version.ToString());
            json.WriteString("prior_version", entry.PriorVersion.ToString());
            json.WriteString("op", entry.Kind.ToString());
            json.WriteString("object", entry.Object.ToString());
            json.WriteString("request", entry.Request.ToString());
            json.WriteString("status", entry.Status.ToString());
            json.WriteNumber("modified_unix_ms", entry.ModifiedUnixMs);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("missing");
        foreach (MissingItem item in stored.Missing)
        {
            json.WriteStartObject();
            json.WriteString("object", item.Object.ToString());
            json.WriteString("need", item.Need.ToString());
            json.WriteString("have", item.Have.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
