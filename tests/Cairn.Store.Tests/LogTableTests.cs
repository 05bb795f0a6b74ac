using Cairn.Maps;
using Cairn.Objects;
using Cairn.Store.Catalog;
using Cairn.Store.Engine;
using Cairn.Store.Index;
using Cairn.Store.Tests.Faults;

namespace Cairn.Store.Tests;

/// <summary>The PGs' logs in their blocks, against a sorted dictionary.</summary>
public sealed class LogTableTests : IDisposable
{
    private readonly FaultStorage _storage = new();
    private readonly EngineContext _engine;
    private readonly Collection _collection;
    private readonly SortedDictionary<Eversion, byte[]> _model = [];
    private readonly List<IndexRun> _runs = [];

    public LogTableTests()
    {
        ObjectStore.Create(_storage, TemporaryStore.Identity, TemporaryStore.Small);
        _engine = StoreLoader.Load(_storage, TemporaryStore.Small);
        _collection = _engine.Catalog.CreateCollection(new PgId(1, 0));
    }

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_is_done_to_a_log_it_lists_what_a_dictionary_does_and_a_checkpoint_has_it_as_it_was(int seed)
    {
        var random = new Random(seed);
        for (int checkpoint = 0; checkpoint < 8; checkpoint++)
        {
            Change(random, random.Next(300));
            string[] instant = Text(_model);
            _engine.Catalog.Freeze();
            while (_engine.Catalog.WriteFrozen(1))
            {
                Change(random, random.Next(4));
            }

            _engine.Index.SortFrozen();
            using var writer = new RunWriter(_storage, run: (ulong)checkpoint + 1);
            while (_engine.Index.WriteFrozen(writer, 1))
            {
                Change(random, random.Next(4));
            }

            _runs.Add(writer.Finish());
            _engine.Index.Thaw();
            Assert.Equal(instant, Text(ReadRuns()));
        }

        _engine.Catalog.RemoveCollection(_collection);
        Assert.Equal(0, _engine.Index.Count); // No block is left behind.
    }

    [Fact]
    public void A_log_that_is_appended_to_and_trimmed_has_one_index_record_for_some_fifty_entries()
    {
        for (ulong i = 1; i <= 6000; i++)
        {
            _engine.Catalog.Log.Set(_collection, new Eversion(new Epoch(1), i), new byte[80]);
            if (i % 100 == 0 && i > 3000)
            {
                _engine.Catalog.Log.RemoveThrough(_collection, new Eversion(new Epoch(1), i - 3000));
            }
        }

        Assert.Equal(3000, _engine.Catalog.ListLog(_collection).Count);
        Assert.InRange(_engine.Index.Count, 50, 70);
    }

    [Fact]
    public void Writing_to_a_log_allocates_next_to_nothing()
    {
        byte[] value = new byte[80];
        ulong last = 0;
        void Write(int count)
        {
            for (int i = 0; i < count; i++)
            {
                _engine.Catalog.Log.Set(_collection, new Eversion(new Epoch(1), ++last), value);
                if (last % 100 == 0 && last > 1000)
                {
                    _engine.Catalog.Log.RemoveThrough(_collection, new Eversion(new Epoch(1), last - 1000));
                }
            }
        }

        Write(20_000);
        long least = long.MaxValue;
        for (int i = 0; i < 3; i++) // FASTER takes a new page of 2 MiB in one of them at most.
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Write(5000);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(least / 5000, 0, 20);
    }

    private void Change(Random random, int count)
    {
        LogTable log = _engine.Catalog.Log;
        for (; count > 0; count--)
        {
            Eversion head = _model.Count > 0 ? _model.Keys.Last() : new Eversion(new Epoch(1), 0);
            Eversion any = _model.Count > 0 ? _model.Keys.ElementAt(random.Next(_model.Count)) : head;
            switch (random.Next(100))
            {
                case < 80:
                    var next = new Eversion(new Epoch(head.Epoch.Value + (random.Next(30) == 0 ? 1u : 0)), head.Version + (ulong)random.Next(1, 4));
                    Set(next, random.Next(0, 200));
                    break;
                case < 90:
                    Set(any with { Version = any.Version + (ulong)random.Next(3) }, random.Next(20) == 0 ? random.Next(10_000) : random.Next(200));
                    break;
                case < 96:
                    Eversion which = any with { Version = any.Version + (ulong)random.Next(2) };
                    log.Remove(_collection, which);
                    _model.Remove(which);
                    break;
                case < 99:
                    log.RemoveThrough(_collection, any);
                    _model.Keys.TakeWhile(v => v <= any).ToList().ForEach(v => _model.Remove(v));
                    break;
                case 99 when random.Next(5) == 0:
                    log.RemoveAll(_collection);
                    _model.Clear();
                    break;
            }
        }

        Assert.Equal(Text(_model), Text(_engine.Catalog.ListLog(_collection)));

        void Set(Eversion version, int bytes)
        {
            byte[] value = new byte[bytes];
            random.NextBytes(value);
            log.Set(_collection, version, value);
            _model[version] = value;
        }
    }

    private List<KeyValuePair<Eversion, byte[]>> ReadRuns()
    {
        using var records = new RunMerger(_storage, _runs);
        var blocks = new Collection(_collection.Id, _collection.Pg);
        var entries = new List<KeyValuePair<Eversion, byte[]>>();
        while (records.Next())
        {
            if (records.Key.Kind == IndexKind.Log && !records.Removed)
            {
                LogTable.Load(blocks, records.Key.Owner, records.Value);
                LogBlock.List(records.Value, entries);
            }
        }

        LogTable.EndLoad(blocks);
        Assert.All(blocks.Log.Zip(blocks.Log.Skip(1)), static b => Assert.True(b.First.Last < b.Second.First));
        return [.. entries.OrderBy(static e => e.Key)];
    }

    private static string[] Text(IEnumerable<KeyValuePair<Eversion, byte[]>> entries) =>
        [.. entries.Select(static e => $"{e.Key} {e.Value.Length} {Crc32C.Compute(e.Value):x8}")];
}
