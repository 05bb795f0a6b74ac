using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Pg.Tests.Log;

public sealed class LogSlotsTests
{
    // Beside a plain list and dictionary: any order of adding, trimming, forgetting and taking back.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_log_remembers_what_lists_and_dictionaries_would(int seed)
    {
        var random = new Random(seed);
        var log = new PgLog();
        var all = new List<LogEntry>();
        int dups = 0;
        ulong version = 0;
        for (int round = 0; round < 400; round++)
        {
            for (int n = random.Next(60); n > 0; n--)
            {
                version++;
                LogEntry entry = Entry(version, random);
                log.Append(entry);
                all.Add(entry);
            }

            if (random.Next(4) == 0 && all.Count > dups)
            {
                int keep = random.Next(dups, all.Count);
                Assert.Equal(all[keep..], log.RewindTo(keep == dups ? log.Tail : all[keep - 1].Version));
                all.RemoveRange(keep, all.Count - keep);
                version = log.Head.Version;
            }

            if (random.Next(3) == 0 && all.Count > dups)
            {
                dups = random.Next(dups, all.Count) + 1;
                Eversion? forgotten = log.TrimTo(all[dups - 1].Version, 700);
                int gone = Math.Min(dups, Math.Max(0, all.Count - 700));
                Assert.Equal(gone == 0 ? null : all[gone - 1].Version, forgotten);
                all.RemoveRange(0, gone);
                dups -= gone;
            }

            Assert.Equal(all[dups..], log.EntriesAfter(log.Tail));
            Assert.Equal(all[..dups].Select(DupOf), log.ListDups());
            foreach (LogEntry entry in all)
            {
                Assert.True(log.TryFindRequest(entry.Request, out DupEntry found));
                Assert.Equal(DupOf(entry), found);
            }

            Assert.False(log.TryFindRequest(new RequestId(5, version + 1), out _));
        }

        Assert.InRange(all.Count, 1, 1000);
    }

    [Fact]
    public void Of_a_request_logged_twice_the_newer_is_found_until_it_is_taken_back()
    {
        var log = new PgLog();
        var request = new RequestId(1, 1);
        log.Append(new LogEntry(LogEntryKind.Noop, new ObjectId(1, "", "a"), V(1), Eversion.Zero, request, 0, OpStatus.NoSpace));
        log.Append(new LogEntry(LogEntryKind.Modify, new ObjectId(1, "", "a"), V(2), Eversion.Zero, request, 0));
        Assert.True(log.TryFindRequest(request, out DupEntry done));
        Assert.Equal(V(2), done.Version);
        log.RewindTo(V(1));
        Assert.True(log.TryFindRequest(request, out done));
        Assert.Equal(V(1), done.Version);
    }

    [Fact]
    public void A_long_log_takes_little_memory_and_what_is_trimmed_makes_room_for_the_next()
    {
        var random = new Random(1);
        var log = new PgLog();
        for (ulong version = 1; version <= 5000; version++)
        {
            Add(version);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        LogEntry[] entries = [.. Enumerable.Range(5001, 5000).Select(v => Entry((ulong)v, random))];
        long own = GC.GetAllocatedBytesForCurrentThread() - before;
        foreach (LogEntry entry in entries)
        {
            log.Append(entry);
            Trim(entry.Version.Version);
        }

        // Beside the entries themselves, which a write has anyway.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before - own, 0, 5000);
        Assert.Equal(3000, log.DupCount + log.Count);

        void Add(ulong version)
        {
            log.Append(Entry(version, random));
            Trim(version);
        }

        void Trim(ulong version)
        {
            if (version % 100 == 0 && version > 500)
            {
                log.TrimTo(V(version - 500), 3000);
            }
        }
    }

    private static DupEntry DupOf(LogEntry entry) => new(entry.Version, entry.Request, entry.Status);

    private static LogEntry Entry(ulong version, Random random) => new(
        (LogEntryKind)random.Next(1, 6), new ObjectId(1, version % 7 == 0 ? "space" : "", $"object {random.Next(1 << random.Next(20))} é"), V(version),
        V(version / 2), new RequestId(version % 3, version), random.NextInt64(), (OpStatus)random.Next(3));

    private static Eversion V(ulong version) => new(new Epoch(3), version);
}
