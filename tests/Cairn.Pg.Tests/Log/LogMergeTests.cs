using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Pg.Tests.Log;

public sealed class LogMergeTests
{
    [Fact]
    public void Entries_that_were_not_here_make_their_objects_missing()
    {
        PgLog log = LogOf(Modify("a", 1, 1));
        LogMergeOutcome outcome = Merge(log, out MissingSet missing, Modify("a", 1, 1), Modify("a", 1, 2, prior: V(1, 1)), Modify("b", 1, 3));
        Assert.Equal([new MissingItem(Id("a"), V(1, 2), V(1, 1)), new MissingItem(Id("b"), V(1, 3), Eversion.Zero)], missing.Items.OrderBy(m => m.Need));
        Assert.Equal(V(1, 3), log.Head);
        Assert.Empty(outcome.Divergent);
    }

    [Fact]
    public void A_delete_that_was_not_here_removes_the_object_and_nothing_is_missing()
    {
        PgLog log = LogOf(Modify("a", 1, 1));
        LogMergeOutcome outcome = Merge(log, out MissingSet missing, Modify("a", 1, 1), Delete("a", 1, 2, V(1, 1)));
        Assert.True(missing.IsEmpty);
        Assert.Equal([Id("a")], outcome.Removed);
    }

    [Fact]
    public void An_object_deleted_and_made_again_is_missing_and_not_removed()
    {
        PgLog log = LogOf(Modify("a", 1, 1));
        LogMergeOutcome outcome = Merge(log, out MissingSet missing, Modify("a", 1, 1), Delete("a", 1, 2, V(1, 1)), Modify("a", 1, 3));
        Assert.Equal(V(1, 3), Assert.Single(missing.Items).Need);
        Assert.Empty(outcome.Removed);
    }

    [Fact]
    public void A_divergent_creation_is_removed()
    {
        PgLog log = LogOf(Modify("a", 1, 1), Modify("new", 1, 2));
        LogMergeOutcome outcome = Merge(log, out MissingSet missing, Modify("a", 1, 1), Modify("b", 3, 2));
        Assert.Equal([Id("new")], outcome.Removed);
        Assert.Equal(Id("b"), Assert.Single(missing.Items).Object);
        Assert.Equal(V(3, 2), log.Head);
    }

    [Fact]
    public void A_divergent_change_makes_the_version_before_it_missing()
    {
        PgLog log = LogOf(Modify("a", 1, 1), Modify("a", 1, 2, prior: V(1, 1)));
        LogMergeOutcome outcome = Merge(log, out MissingSet missing, Modify("a", 1, 1));
        Assert.Equal(new MissingItem(Id("a"), V(1, 1), Eversion.Zero), Assert.Single(missing.Items));
        Assert.Equal([Id("a")], outcome.Removed);
        Assert.Equal(V(1, 1), log.Head);
    }

    [Fact]
    public void Of_several_divergent_changes_the_first_tells_what_to_go_back_to()
    {
        PgLog log = LogOf(Modify("a", 1, 1), Modify("a", 1, 2, prior: V(1, 1)), Delete("a", 1, 3, V(1, 2)), Modify("a", 1, 4));
        Merge(log, out MissingSet missing, Modify("a", 1, 1));
        Assert.Equal(V(1, 1), Assert.Single(missing.Items).Need);
    }

    [Fact]
    public void A_divergent_deletion_makes_the_object_missing()
    {
        PgLog log = LogOf(Modify("a", 1, 1), Delete("a", 1, 2, V(1, 1)));
        Merge(log, out MissingSet missing, Modify("a", 1, 1));
        Assert.Equal(V(1, 1), Assert.Single(missing.Items).Need);
    }

    [Fact]
    public void A_divergent_change_under_a_newer_one_leaves_nothing_that_can_be_trusted()
    {
        PgLog log = LogOf(Modify("a", 1, 1), Modify("a", 1, 2, prior: V(1, 1)));
        Merge(log, out MissingSet missing, Modify("a", 1, 1), Modify("a", 3, 2, prior: V(1, 1)));
        Assert.Equal(new MissingItem(Id("a"), V(3, 2), Eversion.Zero), Assert.Single(missing.Items));
    }

    [Fact]
    public void An_object_that_never_got_its_divergent_change_is_not_missing_any_more()
    {
        PgLog log = LogOf(Modify("a", 1, 1), Modify("a", 1, 2, prior: V(1, 1)));
        var missing = new MissingSet([new MissingItem(Id("a"), V(1, 2), V(1, 1))]);
        LogMerge.Merge(log, missing, BackfillCursor.Complete, SegmentOf(Modify("a", 1, 1)));
        Assert.True(missing.IsEmpty);
    }

    [Fact]
    public void Beyond_what_a_copy_is_filled_to_nothing_is_missing()
    {
        PgLog log = LogOf(Modify("a", 1, 1));
        var missing = new MissingSet();
        LogMerge.Merge(log, missing, BackfillCursor.Nothing, SegmentOf(Modify("a", 1, 1), Modify("b", 1, 2)));
        Assert.True(missing.IsEmpty);
        Assert.Equal(V(1, 2), log.Head);
    }

    [Fact]
    public void A_write_that_changed_nothing_makes_nothing_missing_and_its_request_is_known()
    {
        PgLog log = LogOf(Modify("a", 1, 1));
        var request = new RequestId(9, 9);
        var noop = new LogEntry(LogEntryKind.Noop, Id("a"), V(1, 2), V(1, 1), request, 0, OpStatus.Exists);
        Merge(log, out MissingSet missing, Modify("a", 1, 1), noop);
        Assert.True(missing.IsEmpty);
        Assert.True(log.TryFindRequest(request, out DupEntry done));
        Assert.Equal(OpStatus.Exists, done.Status);
    }

    [Fact]
    public void Requests_of_divergent_entries_are_forgotten()
    {
        PgLog log = LogOf(Modify("a", 1, 1), Modify("a", 1, 2, prior: V(1, 1)));
        Merge(log, out _, Modify("a", 1, 1));
        Assert.False(log.TryFindRequest(new RequestId(1, 2), out _));
        Assert.True(log.TryFindRequest(new RequestId(1, 1), out _));
    }

    [Fact]
    public void A_longer_log_lends_its_older_entries()
    {
        PgLog log = PgLog.From(new LogSegment(V(1, 2), V(1, 3), [Modify("c", 1, 3)], []));
        LogMergeOutcome outcome = Merge(log, out MissingSet missing, Modify("a", 1, 1), Modify("b", 1, 2), Modify("c", 1, 3));
        Assert.Equal(2, outcome.Extended.Count);
        Assert.Equal(Eversion.Zero, log.Tail);
        Assert.True(missing.IsEmpty);
    }

    [Fact]
    public void A_trimmed_request_is_remembered_until_as_many_came_after()
    {
        PgLog log = LogOf([.. Enumerable.Range(1, 10).Select(i => Modify($"o{i}", 1, (ulong)i))]);
        Assert.Null(log.TrimTo(V(1, 5), dupsTracked: 10));
        Assert.True(log.TryFindRequest(new RequestId(1, 1), out _));
        Assert.Equal(V(1, 2), log.TrimTo(V(1, 6), dupsTracked: 8));
        Assert.False(log.TryFindRequest(new RequestId(1, 2), out _));
        Assert.True(log.TryFindRequest(new RequestId(1, 3), out _));
    }

    [Fact]
    public void After_a_split_each_log_has_its_own_entries_and_the_same_head()
    {
        PgLog log = LogOf(Modify("a", 1, 1), Modify("b", 1, 2), Modify("a", 1, 3, prior: V(1, 1)));
        PgLog child = log.SplitOut(id => id.Name == "a");
        Assert.Equal((1, 2), (log.Count, child.Count));
        Assert.Equal(V(1, 3), log.Head);
        Assert.Equal(V(1, 3), child.Head);
        log.Append(Modify("b", 4, 4, prior: V(1, 2)));
        Assert.Equal([V(4, 4)], log.After(V(1, 3)).Entries.Select(e => e.Version));
    }

    internal static Eversion V(uint epoch, ulong version) => new(new Epoch(epoch), version);

    internal static ObjectId Id(string name) => new(1, "", name);

    internal static LogEntry Modify(string name, uint epoch, ulong version, Eversion prior = default) =>
        new(LogEntryKind.Modify, Id(name), V(epoch, version), prior, new RequestId(epoch, version), 0);

    private static LogEntry Delete(string name, uint epoch, ulong version, Eversion prior) =>
        new(LogEntryKind.Delete, Id(name), V(epoch, version), prior, new RequestId(epoch, version), 0);

    private static LogSegment SegmentOf(params LogEntry[] entries) => new(Eversion.Zero, entries[^1].Version, entries, []);

    private static PgLog LogOf(params LogEntry[] entries) => PgLog.From(SegmentOf(entries));

    private static LogMergeOutcome Merge(PgLog log, out MissingSet missing, params LogEntry[] authority)
    {
        missing = new MissingSet();
        return LogMerge.Merge(log, missing, BackfillCursor.Complete, SegmentOf(authority));
    }
}
