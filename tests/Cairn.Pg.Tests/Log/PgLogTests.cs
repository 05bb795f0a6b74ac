using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Pg.Tests.Log;

public sealed class PgLogTests
{
    private static readonly ObjectId s_id = new(1, "", "a");

    // A repair compares the version of the copies with that of the latest change: a refused write must not stop it for ever.
    [Fact]
    public void A_write_that_changed_nothing_is_not_the_latest_change_of_its_object()
    {
        PgLog log = new();
        log.Append(Entry(LogEntryKind.Modify, 1));
        log.Append(Entry(LogEntryKind.Noop, 2));
        Assert.True(log.TryFindLatestChange(s_id, out LogEntry? latest));
        Assert.Equal(1UL, latest.Version.Version);
    }

    [Fact]
    public void A_deleted_object_stays_deleted_when_a_write_to_it_is_refused()
    {
        PgLog log = new();
        log.Append(Entry(LogEntryKind.Delete, 1));
        log.Append(Entry(LogEntryKind.Noop, 2));
        Assert.True(log.TryFindLatestChange(s_id, out LogEntry? latest));
        Assert.True(latest.IsDelete);
    }

    private static LogEntry Entry(LogEntryKind kind, ulong version) =>
        new(kind, s_id, new Eversion(new Epoch(1), version), Eversion.Zero, default, 0);
}
