using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Objects.Transactions;
using Cairn.Pg.Storage;
using Cairn.Simulation.Stores;

namespace Cairn.Pg.Tests.Storage;

/// <summary>What of a PG's head, tail and counts is read back: what the newest write said, or what changed the log behind it.</summary>
public sealed class PgStorageTests
{
    private static readonly PgId Pg = new(1, 0);
    private readonly ModelStore _store = new();

    public PgStorageTests()
    {
        Submit(new StoreTransaction().Add(new CreateCollection()));
        SaveInfo(head: V(3, 0), tail: V(3, 0), objects: 0, bytes: 0);
    }

    [Fact]
    public void A_write_says_head_tail_and_counts()
    {
        Write(V(3, 1), tail: V(3, 0), objects: 1, bytes: 10);
        Write(V(3, 2), tail: V(3, 1), objects: 2, bytes: 30);

        AssertStored(head: V(3, 2), tail: V(3, 1), objects: 2, bytes: 30);
        Assert.Equal([V(3, 2)], Entries());
        Assert.Equal([V(3, 1)], PgStorage.Read(_store, Pg).Log.ListDups().Select(static d => d.Version));
    }

    [Fact]
    public void An_info_stored_behind_a_write_counts_and_a_write_behind_that_again()
    {
        Write(V(3, 1), tail: V(3, 0), objects: 1, bytes: 10);
        SaveInfo(head: V(3, 1), tail: V(2, 9), objects: 5, bytes: 50);
        AssertStored(head: V(3, 1), tail: V(2, 9), objects: 5, bytes: 50);

        Write(V(4, 2), tail: V(3, 0), objects: 6, bytes: 60);
        AssertStored(head: V(4, 2), tail: V(3, 0), objects: 6, bytes: 60);
    }

    [Fact]
    public void Writes_that_turned_out_divergent_say_nothing_any_more()
    {
        Write(V(3, 1), tail: V(3, 0), objects: 1, bytes: 10);
        Write(V(3, 2), tail: V(3, 1), objects: 2, bytes: 20);
        Write(V(3, 3), tail: V(3, 1), objects: 3, bytes: 30);
        PgLog log = PgStorage.Read(_store, Pg).Log;
        var missing = new MissingSet();
        LogMergeOutcome outcome = LogMerge.Merge(log, missing, BackfillCursor.Complete, new LogSegment(V(3, 1), V(3, 1), [], []));
        var transaction = new StoreTransaction();
        PgStorage.AddMerge(transaction, outcome, missing);
        SaveInfo(log.Head, log.Tail, objects: 7, bytes: 70, transaction);

        AssertStored(head: V(3, 1), tail: V(3, 1), objects: 7, bytes: 70);
        Assert.Empty(Entries());
    }

    [Fact]
    public void Entries_taken_over_in_a_merge_say_nothing_and_the_next_write_does()
    {
        Write(V(3, 1), tail: V(3, 0), objects: 1, bytes: 10);
        Write(V(3, 2), tail: V(3, 0), objects: 2, bytes: 20);
        PgLog log = PgStorage.Read(_store, Pg).Log;
        var missing = new MissingSet();
        LogMergeOutcome outcome = LogMerge.Merge(log, missing, BackfillCursor.Complete, new LogSegment(V(3, 1), V(5, 3), [Entry(V(5, 2)), Entry(V(5, 3))], []));
        var transaction = new StoreTransaction();
        PgStorage.AddMerge(transaction, outcome, missing);
        SaveInfo(log.Head, log.Tail, objects: 9, bytes: 90, transaction);
        AssertStored(head: V(5, 3), tail: V(3, 0), objects: 9, bytes: 90);
        Assert.Equal([V(3, 1), V(5, 2), V(5, 3)], Entries());

        Write(V(6, 4), tail: V(3, 1), objects: 10, bytes: 100);
        AssertStored(head: V(6, 4), tail: V(3, 1), objects: 10, bytes: 100);
    }

    [Fact]
    public void A_log_replaced_by_an_older_one_is_what_its_info_says()
    {
        Write(V(3, 1), tail: V(3, 0), objects: 1, bytes: 10);
        Write(V(3, 2), tail: V(3, 0), objects: 2, bytes: 20);
        var transaction = new StoreTransaction();
        PgLog log = PgLog.From(new LogSegment(V(2, 7), V(2, 8), [Entry(V(2, 8))], [new DupEntry(V(2, 7), new RequestId(1, 7))]));
        PgStorage.AddWholeLog(transaction, log, new MissingSet());
        SaveInfo(log.Head, log.Tail, objects: 0, bytes: 0, transaction);

        AssertStored(head: V(2, 8), tail: V(2, 7), objects: 0, bytes: 0);
        Assert.Equal([V(2, 8)], Entries());
    }

    [Fact]
    public void A_head_that_moved_on_without_an_entry_stays_there_until_the_next_write()
    {
        Write(V(3, 1), tail: V(3, 0), objects: 1, bytes: 10);
        SaveInfo(head: V(3, 9), tail: V(3, 0), objects: 4, bytes: 40); // A split left the entries up to it to the other side.
        AssertStored(head: V(3, 9), tail: V(3, 0), objects: 4, bytes: 40);

        Write(V(3, 10), tail: V(3, 0), objects: 5, bytes: 50);
        AssertStored(head: V(3, 10), tail: V(3, 0), objects: 5, bytes: 50);
    }

    [Fact]
    public void Dups_and_trimmed_entries_are_remembered_in_order()
    {
        SaveInfo(head: V(3, 2), tail: V(3, 2), objects: 0, bytes: 0, Dup(V(3, 2)));
        Write(V(3, 3), tail: V(3, 2), objects: 1, bytes: 10);
        SaveInfo(head: V(3, 3), tail: V(3, 2), objects: 1, bytes: 10, Dup(V(3, 1)));
        Write(V(3, 4), tail: V(3, 3), objects: 1, bytes: 10);

        Assert.Equal([V(3, 1), V(3, 2), V(3, 3)], PgStorage.Read(_store, Pg).Log.ListDups().Select(static d => d.Version));
        Assert.Equal([V(3, 4)], Entries());
    }

    [Fact]
    public void A_split_that_is_made_again_leaves_nothing_of_a_log_that_an_older_program_began_to_store()
    {
        Submit(new StoreTransaction().Add(new SetMeta("log.00000003.0000000000000001", new byte[] { 2 }))); // Cut short even.
        var transaction = new StoreTransaction();
        PgStorage.AddWholeLog(transaction, PgLog.From(new LogSegment(V(3, 1), V(3, 2), [Entry(V(3, 2))], [])), new MissingSet());
        SaveInfo(V(3, 2), V(3, 1), objects: 1, bytes: 10, transaction);
        Assert.Equal([V(3, 2)], Entries());
        Assert.Null(PgStorage.ConvertOldLog(_store, Pg));
    }

    private static StoreTransaction Dup(Eversion version)
    {
        var transaction = new StoreTransaction();
        PgStorage.AddDup(transaction, new DupEntry(version, new RequestId(1, version.Version)));
        return transaction;
    }

    private static Eversion V(uint epoch, ulong version) => new(new Epoch(epoch), version);

    private static LogEntry Entry(Eversion version) => new(
        LogEntryKind.Modify, new ObjectId(Pg.Pool, "", $"object-{version}"), version, Eversion.Zero, new RequestId(1, version.Version), 5);

    private List<Eversion> Entries()
    {
        PgLog log = PgStorage.Read(_store, Pg).Log;
        return [.. Enumerable.Range(0, log.Count).Select(log.VersionAt)];
    }

    private void Write(Eversion version, Eversion tail, long objects, long bytes)
    {
        var transaction = new StoreTransaction();
        PgStorage.AddWritten(transaction, Entry(version), new FastInfo(tail, objects, bytes));
        Submit(transaction);
    }

    private void SaveInfo(Eversion head, Eversion tail, long objects, long bytes, StoreTransaction? with = null)
    {
        StoreTransaction transaction = with ?? new StoreTransaction();
        var info = new PgInfo { Pg = Pg, LastUpdate = head, LogTail = tail, ObjectCount = objects, Bytes = bytes };
        PgStorage.AddInfo(transaction, info, new Epoch(3), PastIntervals.None);
        Submit(transaction);
    }

    private void Submit(StoreTransaction transaction) => _store.Submit(Pg, transaction);

    private void AssertStored(Eversion head, Eversion tail, long objects, long bytes)
    {
        StoredPg stored = PgStorage.Read(_store, Pg);
        Assert.Equal((head, tail, objects, bytes), (stored.Info.LastUpdate, stored.Info.LogTail, stored.Info.ObjectCount, stored.Info.Bytes));
        Assert.Equal((head, tail), (stored.Log.Head, stored.Log.Tail));
    }
}
