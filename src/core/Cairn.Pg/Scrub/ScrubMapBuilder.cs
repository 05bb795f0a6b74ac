using Cairn.Pg.Effects;
using System.Text;
using Cairn.Maps;
using Cairn.Objects;

namespace Cairn.Pg.Scrub;

/// <summary>Looks at this copy's objects of a chunk: metadata at once; for a deep scrub the data after it, a piece at a time.</summary>
internal sealed class ScrubMapBuilder
{
    private const int ReadBytes = 1 << 20;
    private const int ListBatch = 64;
    private const int OmapBatch = 1024;

    private readonly PgCore _pg;
    private readonly Action<IReadOnlyList<ScrubEntry>> _then;
    private readonly List<ScrubEntry> _entries = [];
    private int _reading;
    private ulong _offset;

    private ScrubMapBuilder(PgCore pg, Action<IReadOnlyList<ScrubEntry>> then)
    {
        _pg = pg;
        _then = then;
    }

    /// <param name="then">Called once, unless the interval ends before.</param>
    public static void Build(PgCore pg, ObjectId? after, ObjectId? upTo, bool deep, Action<IReadOnlyList<ScrubEntry>> then)
    {
        var builder = new ScrubMapBuilder(pg, then);
        builder.List(after, upTo);
        if (deep)
        {
            builder.ReadNext();
        }
        else
        {
            then(builder._entries);
        }
    }

    private void List(ObjectId? after, ObjectId? upTo)
    {
        while (true)
        {
            var batch = _pg.Catalog.ListObjects(_pg.Id, after, ListBatch);
            foreach (var (id, stat) in batch)
            {
                if (upTo is not null && id.CompareTo(upTo) > 0)
                {
                    return;
                }

                _entries.Add(new ScrubEntry(id, stat.Version, stat.Size, XattrDigest(id), OmapDigest(id), DataDigest: 0, ReadFailed: false));
            }

            if (batch.Count < ListBatch)
            {
                return;
            }

            after = batch[^1].Id;
        }
    }

    private void ReadNext()
    {
        while (_reading < _entries.Count && _offset >= _entries[_reading].Size)
        {
            _reading++;
            _offset = 0;
        }

        if (_reading == _entries.Count)
        {
            _then(_entries);
            return;
        }

        ScrubEntry entry = _entries[_reading];
        int length = (int)Math.Min(ReadBytes, entry.Size - _offset);
        _pg.Reads.Read(entry.Object, _offset, length, ReadPurpose.Scrub, read =>
        {
            if (read.Data is { } data && data.Length == length)
            {
                _entries[_reading] = entry with { DataDigest = Crc32C.Append(entry.DataDigest, data.Span) };
                _offset += (ulong)length;
            }
            else
            {
                _entries[_reading] = entry with { ReadFailed = true };
                _offset = entry.Size;
            }

            ReadNext();
        });
    }

    private uint XattrDigest(ObjectId id) => Digest(0, _pg.Catalog.GetXattrs(_pg.Id, id));

    private uint OmapDigest(ObjectId id)
    {
        uint digest = 0;
        string? after = null;
        while (true)
        {
            var batch = _pg.Catalog.GetOmapRange(_pg.Id, id, after, OmapBatch);
            digest = Digest(digest, batch);
            if (batch.Count < OmapBatch)
            {
                return digest;
            }

            after = batch[^1].Key;
        }
    }

    // Lengths keep "ab"+"c" apart from "a"+"bc".
    private static uint Digest(uint digest, IReadOnlyList<KeyValuePair<string, byte[]>> values)
    {
        Span<byte> lengths = stackalloc byte[8];
        foreach (var (key, value) in values)
        {
            byte[] name = Encoding.UTF8.GetBytes(key);
            BitConverter.TryWriteBytes(lengths, name.Length);
            BitConverter.TryWriteBytes(lengths[4..], value.Length);
            digest = Crc32C.Append(Crc32C.Append(Crc32C.Append(digest, lengths), name), value);
        }

        return digest;
    }
}
