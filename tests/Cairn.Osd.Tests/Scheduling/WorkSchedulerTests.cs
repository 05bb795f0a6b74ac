using Cairn.Osd.Scheduling;

namespace Cairn.Osd.Tests.Scheduling;

public sealed class WorkSchedulerTests
{
    private const long Second = 1_000_000;
    private const long BusyForUs = 250_000;

    [Fact]
    public void Work_of_one_class_keeps_its_order()
    {
        WorkScheduler<string> scheduler = New<string>();
        scheduler.Enqueue(WorkClass.Client, 1, "a", 0);
        scheduler.Enqueue(WorkClass.Client, 50, "b", 0);
        scheduler.Enqueue(WorkClass.Client, 1, "c", 0);

        Assert.Equal(["a", "b", "c"], TakeAll(scheduler, 0));
    }

    [Fact]
    public void Classes_share_by_their_weights()
    {
        WorkScheduler<WorkClass> scheduler = New<WorkClass>(client: new(0, 3, 0), recovery: new(0, 1, 0));
        Fill(scheduler, WorkClass.Client, 400, cost: 1);
        Fill(scheduler, WorkClass.Recovery, 400, cost: 1);

        var taken = Take(scheduler, 400, nowUs: 0);

        Assert.InRange(taken.Count(c => c == WorkClass.Client), 299, 301);
    }

    [Fact]
    public void Large_work_counts_as_much_as_it_costs()
    {
        WorkScheduler<WorkClass> scheduler = New<WorkClass>(client: new(0, 1, 0), recovery: new(0, 1, 0));
        Fill(scheduler, WorkClass.Client, 400, cost: 1);
        Fill(scheduler, WorkClass.Recovery, 400, cost: 10);

        var taken = Take(scheduler, 220, nowUs: 0);

        Assert.InRange(taken.Count(c => c == WorkClass.Recovery), 19, 21);
    }

    [Fact]
    public void A_reservation_is_kept_against_any_weight()
    {
        // 100 units a second promised to recovery; weight alone would give it a thousandth of the 1,000 a second that are done.
        WorkScheduler<WorkClass> scheduler = New<WorkClass>(client: new(0, 1000, 0), recovery: new(100, 1, 0));
        Fill(scheduler, WorkClass.Client, 5000, cost: 1);
        Fill(scheduler, WorkClass.Recovery, 5000, cost: 1);

        int recovered = 0;
        for (long now = 0; now < 2 * Second; now += 1000)
        {
            recovered += Take(scheduler, 1, now).Count(c => c == WorkClass.Recovery);
        }

        Assert.InRange(recovered, 195, 210);
    }

    [Fact]
    public void What_a_class_gets_by_weight_is_not_taken_off_its_reservation()
    {
        WorkScheduler<WorkClass> scheduler = New<WorkClass>(client: new(0, 1000, 0), recovery: new(100, 1, 0));
        Fill(scheduler, WorkClass.Recovery, 5000, cost: 1);
        Assert.Equal(1000, Take(scheduler, 1000, nowUs: 0).Count); // Nobody else wanted it.

        Fill(scheduler, WorkClass.Client, 5000, cost: 1, nowUs: 1000);
        int recovered = 0;
        for (long now = 1000; now < Second; now += 1000)
        {
            recovered += Take(scheduler, 1, now).Count(c => c == WorkClass.Recovery);
        }

        Assert.InRange(recovered, 95, 110);
    }

    [Fact]
    public void A_limit_holds_while_clients_are_busy()
    {
        WorkScheduler<WorkClass> scheduler = New<WorkClass>(client: new(0, 1, 0), recovery: new(0, 1, 100));
        Fill(scheduler, WorkClass.Recovery, 5000, cost: 1);

        int recovered = 0;
        for (long now = 0; now < Second; now += 1000)
        {
            scheduler.Charge(WorkClass.Client, 1, now);
            recovered += TakeAll(scheduler, now).Count;
        }

        Assert.InRange(recovered, 99, 102);
    }

    [Fact]
    public void Without_clients_there_is_no_limit()
    {
        WorkScheduler<WorkClass> scheduler = New<WorkClass>(recovery: new(0, 1, 100));
        scheduler.Charge(WorkClass.Client, 1, 0);
        Fill(scheduler, WorkClass.Recovery, 500, cost: 1);
        Assert.Single(TakeAll(scheduler, 0));

        Assert.Equal(499, TakeAll(scheduler, BusyForUs).Count);
    }

    [Fact]
    public void Says_when_to_ask_again()
    {
        WorkScheduler<WorkClass> scheduler = New<WorkClass>(recovery: new(0, 1, 100));
        Assert.Null(scheduler.NextAtUs(0));
        scheduler.Charge(WorkClass.Client, 1, 0);
        Fill(scheduler, WorkClass.Recovery, 2, cost: 1);
        Assert.Single(TakeAll(scheduler, 0));

        Assert.Equal(10_000, scheduler.NextAtUs(0)); // A hundredth of a second later.
        Assert.Empty(TakeAll(scheduler, 9_999));
        Assert.Single(TakeAll(scheduler, 10_000));
    }

    [Fact]
    public void A_limit_far_away_is_looked_at_again_when_clients_have_gone()
    {
        WorkScheduler<WorkClass> scheduler = New<WorkClass>(recovery: new(0, 1, 1));
        scheduler.Charge(WorkClass.Client, 1, 0);
        Fill(scheduler, WorkClass.Recovery, 2, cost: 1);
        TakeAll(scheduler, 0);

        Assert.Equal(BusyForUs, scheduler.NextAtUs(0));
    }

    [Fact]
    public void An_idle_class_does_not_save_up()
    {
        WorkScheduler<WorkClass> scheduler = New<WorkClass>(client: new(0, 1, 0), recovery: new(0, 1, 0));
        Fill(scheduler, WorkClass.Recovery, 1000, cost: 1);
        Take(scheduler, 500, nowUs: 0);

        Fill(scheduler, WorkClass.Client, 1000, cost: 1, nowUs: 10 * Second);
        var taken = Take(scheduler, 100, nowUs: 10 * Second);

        Assert.InRange(taken.Count(c => c == WorkClass.Client), 49, 51);
    }

    private static WorkScheduler<T> New<T>(WorkShare? client = null, WorkShare? recovery = null, WorkShare? scrub = null) => new(
        new Dictionary<WorkClass, WorkShare>
        {
            [WorkClass.Client] = client ?? new(0, 1, 0),
            [WorkClass.Recovery] = recovery ?? new(0, 1, 0),
            [WorkClass.Scrub] = scrub ?? new(0, 1, 0),
        },
        BusyForUs);

    private static void Fill(WorkScheduler<WorkClass> scheduler, WorkClass of, int count, double cost, long nowUs = 0)
    {
        for (int i = 0; i < count; i++)
        {
            scheduler.Enqueue(of, cost, of, nowUs);
        }
    }

    private static List<T> Take<T>(WorkScheduler<T> scheduler, int count, long nowUs)
    {
        List<T> taken = [];
        while (taken.Count < count && scheduler.TryDequeue(nowUs, out T work))
        {
            taken.Add(work);
        }

        return taken;
    }

    private static List<T> TakeAll<T>(WorkScheduler<T> scheduler, long nowUs) => Take(scheduler, int.MaxValue, nowUs);
}
