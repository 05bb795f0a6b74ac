using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Pg.Peering;
using static Cairn.Pg.Tests.Log.LogMergeTests;

namespace Cairn.Pg.Tests.Peering;

public sealed class ActingChoiceTests
{
    [Fact]
    public void The_later_activation_wins_over_the_newer_update()
    {
        Assert.Equal(Osd(1), ActingChoice.FindAuthority([(Osd(0), Info(5, V(5, 9))), (Osd(1), Info(7, V(5, 8)))], Osd(0)));
    }

    [Fact]
    public void Of_one_activation_the_newer_update_wins()
    {
        Assert.Equal(Osd(1), ActingChoice.FindAuthority([(Osd(0), Info(5, V(5, 8))), (Osd(1), Info(5, V(5, 9)))], Osd(0)));
    }

    [Fact]
    public void A_copy_that_was_never_filled_has_no_authority()
    {
        PgInfo unfilled = Info(5, V(5, 9)) with { LastBackfill = BackfillCursor.Nothing };
        Assert.Null(ActingChoice.FindAuthority([(Osd(0), unfilled)], Osd(0)));
        Assert.Equal(Osd(1), ActingChoice.FindAuthority([(Osd(0), unfilled), (Osd(1), Info(5, V(5, 9)))], Osd(0)));
    }

    [Fact]
    public void Copies_behind_the_last_activation_are_not_enough()
    {
        PgInfo behind = Info(5, V(5, 8)) with { History = new PgHistory { LastEpochStarted = new Epoch(9) } };
        Assert.Null(ActingChoice.FindAuthority([(Osd(0), behind)], Osd(0)));
    }

    [Fact]
    public void A_member_of_the_up_set_that_the_log_does_not_reach_is_backfilled_and_another_serves()
    {
        var interval = new Interval(new Epoch(9), [Osd(3), Osd(1)], Osd(3), [Osd(3), Osd(1)], Osd(3));
        PgInfo best = Info(5, V(5, 90)) with { LogTail = V(5, 50) };
        ActingChoice choice = ActingChoice.Make(Osd(1), [(Osd(3), Info(0, V(0, 0))), (Osd(1), best), (Osd(2), best)], interval, size: 2);
        Assert.Equal([Osd(1), Osd(2)], choice.Acting);
        Assert.Equal([Osd(3)], choice.Backfill);
        Assert.Equal([Osd(1), Osd(2)], choice.PgTempFor(interval));
        Assert.False(choice.IsServedBy(interval));
    }

    [Fact]
    public void The_up_set_that_can_serve_needs_no_pg_temp()
    {
        var interval = new Interval(new Epoch(9), [Osd(0), Osd(1)], Osd(0), [Osd(1), Osd(0)], Osd(1));
        ActingChoice choice = ActingChoice.Make(Osd(1), [(Osd(0), Info(5, V(5, 9))), (Osd(1), Info(5, V(5, 9)))], interval, size: 2);
        Assert.Equal([], choice.PgTempFor(interval));
    }

    [Fact]
    public void Where_a_stray_leads_nobody_asks_for_more_copies_than_the_pool_has()
    {
        // osd.0 gave its place to osd.3, which is new and empty; the whole log is still there, so that even an empty copy could go on by it.
        var interval = new Interval(new Epoch(9), [Osd(3), Osd(1), Osd(2)], Osd(3), [Osd(3), Osd(1), Osd(2)], Osd(3));
        PgInfo full = Info(5, V(5, 9));
        ActingChoice choice = ActingChoice.Make(Osd(0), [(Osd(3), Info(0, V(0, 0))), (Osd(0), full), (Osd(1), full), (Osd(2), full)], interval, size: 3);
        Assert.Equal([Osd(0), Osd(1), Osd(2)], choice.Acting);
        Assert.Equal([Osd(3)], choice.Backfill);
    }

    private static OsdId Osd(int id) => new(id);

    private static PgInfo Info(uint started, Eversion lastUpdate) =>
        new() { Pg = new PgId(1, 0), LastEpochStarted = new Epoch(started), LastUpdate = lastUpdate };
}
