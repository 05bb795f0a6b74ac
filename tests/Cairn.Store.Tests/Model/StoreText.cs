using System.Globalization;
using System.Text;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Store.Reading;

namespace Cairn.Store.Tests.Model;

/// <summary>A store's whole content as text, read through its public face: equal texts mean equal stores.</summary>
internal static class StoreText
{
    public static Task<string> Describe(ObjectStore store) => Describe(store.View);

    public static async Task<string> Describe(StoreView store)
    {
        var text = new StringBuilder();
        foreach (PgId pg in store.ListCollections())
        {
            text.Append(CultureInfo.InvariantCulture, $"pg {pg}\n");
            foreach ((string key, byte[] value) in store.ListMeta(pg, "", "\uffff"))
            {
                Assert.Equal(value, store.GetMeta(pg, key));
                text.Append(CultureInfo.InvariantCulture, $" meta {key}={Digest(value)}\n");
            }

            foreach ((Eversion version, byte[] value) in store.ListLog(pg))
            {
                text.Append(CultureInfo.InvariantCulture, $" log {version}={Digest(value)}\n");
            }

            ObjectId? after = null;
            while (store.ListObjects(pg, after, 3) is { Count: > 0 } page)
            {
                foreach ((ObjectId id, ObjectStat stat) in page)
                {
                    Assert.True(store.TryStat(pg, id, out ObjectStat again));
                    Assert.Equal(stat, again);
                    using StoreBuffer? data = await store.ReadAsync(pg, id, 0, (int)stat.Size + 10, UseOfCache.Random, CancellationToken.None);
                    Object(text, id, stat, data!.Memory.Span, store.GetXattrs(pg, id), store.GetOmapRange(pg, id, null, int.MaxValue));
                }

                after = page[^1].Id;
            }
        }

        return text.ToString();
    }

    public static void Object(
        StringBuilder text, ObjectId id, ObjectStat stat, ReadOnlySpan<byte> data,
        IEnumerable<KeyValuePair<string, byte[]>> xattrs, IEnumerable<KeyValuePair<string, byte[]>> omap)
    {
        text.Append(CultureInfo.InvariantCulture, $" {id} size={stat.Size} version={stat.Version} at={stat.ModifiedUnixMs} data={Digest(data)}\n");
        foreach ((string name, byte[] value) in xattrs)
        {
            text.Append(CultureInfo.InvariantCulture, $"  xattr {name}={Digest(value)}\n");
        }

        foreach ((string key, byte[] value) in omap)
        {
            text.Append(CultureInfo.InvariantCulture, $"  omap {key}={Digest(value)}\n");
        }
    }

    public static string Digest(ReadOnlySpan<byte> bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes.Length}:{Crc32C.Compute(bytes):x8}");
}
