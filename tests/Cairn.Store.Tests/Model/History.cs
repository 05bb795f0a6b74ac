using System.Globalization;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Transactions;

namespace Cairn.Store.Tests.Model;

/// <summary>Random transactions from a seed, that touch everything the store can do. Each sets metadata <c>n</c> to its number.</summary>
internal sealed class History(int seed, int largeBytesMax = 300_000)
{
    private static readonly PgId[] Pgs = [new(1, 0), new(1, 1), new(2, 5)];
    private readonly Random _random = new(seed);
    private readonly HashSet<PgId> _existing = [];
    private int _number;
    private ulong _logged;

    public (PgId Pg, StoreTransaction Transaction) Next()
    {
        PgId pg = Pgs[_random.Next(Pgs.Length)];
        var transaction = new StoreTransaction();
        if (_existing.Add(pg) || _random.Next(100) == 0)
        {
            transaction.Add(new CreateCollection());
        }

        for (int ops = _random.Next(1, 5); ops > 0; ops--)
        {
            transaction.Add(Op(pg));
        }

        if (_random.Next(60) == 0)
        {
            transaction.Add(new RemoveCollection()).Add(new CreateCollection());
        }

        if (pg == Pgs[0] && _random.Next(40) == 0)
        {
            _existing.Add(Pgs[1]);
            transaction.Add(new SplitCollection(Pgs[1], 2));
        }

        transaction.Add(new SetMeta("n", BitConverter.GetBytes(_number++)));
        return (pg, transaction);
    }

    private StoreOp Op(PgId pg)
    {
        ObjectId id = Object(pg);
        return _random.Next(26) switch
        {
            0 => new TouchObject(id),
            1 or 2 or 3 => new WriteData(id, (ulong)_random.Next(0, 40) * 4096, Bytes(4096)),
            4 or 5 => new WriteData(id, (ulong)_random.Next(0, 200_000), Bytes(_random.Next(1, 10_000))),
            6 => new WriteData(id, (ulong)_random.Next(0, 100_000), Bytes(_random.Next(60_000, largeBytesMax))),
            7 => new ZeroData(id, (ulong)_random.Next(0, 250_000), (ulong)_random.Next(0, 100_000)),
            8 => new TruncateData(id, (ulong)_random.Next(0, 300_000)),
            9 => new RemoveObject(id),
            10 => new CloneObject(id, Object(pg)),
            11 => new SetVersion(id, new Eversion(new Epoch((uint)_random.Next(1, 9)), (ulong)_random.Next()), _random.Next()),
            12 => new SetXattr(id, Key(), Bytes(_random.Next(0, 300))),
            13 => _random.Next(4) == 0 ? new ClearXattrs(id) : new RemoveXattr(id, Key()),
            14 or 15 => new SetOmap(id, Key(), Bytes(_random.Next(0, 300))),
            16 => _random.Next(4) == 0 ? new ClearOmap(id) : new RemoveOmap(id, Key()),
            17 => new SetMeta("log." + _random.Next(100).ToString("d3", CultureInfo.InvariantCulture), Bytes(_random.Next(0, 200))),
            18 => new RemoveMeta("log." + _random.Next(100).ToString("d3", CultureInfo.InvariantCulture)),
            19 => new RemoveMetaRange("log.", "log." + _random.Next(100).ToString("d3", CultureInfo.InvariantCulture)),
            _ => LogOp(),
        };
    }

    /// <summary>Mostly as PGs log: behind the last, and trimmed at the front. Now and then one is taken away, or put in between.</summary>
    private StoreOp LogOp() => _random.Next(40) switch
    {
        < 30 => new SetLog(Version(++_logged), Bytes(_random.Next(0, 1200))),
        < 33 => new SetLog(Logged(), Bytes(_random.Next(20) == 0 ? 20_000 : _random.Next(0, 400))),
        < 36 => new RemoveLog(Logged()),
        < 39 => new TrimLog(Logged()),
        _ => new ClearLog(),
    };

    private Eversion Logged() => Version(_logged - Math.Min((ulong)_random.Next(60), _logged));

    private static Eversion Version(ulong version) => new(new Epoch(1 + (uint)(version / 50)), version);

    private ObjectId Object(PgId pg) => new(pg.Pool, "", $"o{_random.Next(12)}", _random.Next(8) == 0 ? 4UL : ObjectId.Head);

    private string Key() => $"k{_random.Next(10)}";

    private byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }
}
