using Cairn.Client.Objecter;
using Cairn.Client.Tests.Fakes;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Client.Tests.Objecter;

public class OsdObjecterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_was_written_reads_back()
    {
        await using FakeCluster cluster = new();
        for (int i = 0; i < 50; i++)
        {
            await cluster.Pool.WriteFullAsync($"o{i}", new byte[] { (byte)i }).WaitAsync(Patience);
        }

        for (int i = 0; i < 50; i++)
        {
            Assert.Equal([(byte)i], await cluster.Pool.ReadAsync($"o{i}").WaitAsync(Patience));
        }

        Assert.All(cluster.Osds, osd => Assert.True(osd.Received > 0));
    }

    [Fact]
    public async Task An_object_that_is_not_there_is_named()
    {
        await using FakeCluster cluster = new();
        ObjectNotFoundException e = await Assert.ThrowsAsync<ObjectNotFoundException>(() => cluster.Pool.ReadAsync("ghost").WaitAsync(Patience));
        Assert.Equal("object 'ghost' in pool 'data' does not exist", e.Message);
    }

    [Fact]
    public async Task A_request_whose_answer_was_lost_is_sent_again_and_applied_once()
    {
        await using FakeCluster cluster = new();
        int left = 3;
        foreach (FakeOsd osd in cluster.Osds)
        {
            osd.Decide = _ => Interlocked.Decrement(ref left) >= 0 ? Fate.ApplyAndBreak : Fate.Answer;
        }

        for (int i = 0; i < 5; i++)
        {
            await cluster.Pool.AppendAsync("log", new byte[] { (byte)i }).WaitAsync(Patience);
        }

        Assert.Equal([0, 1, 2, 3, 4], await cluster.Pool.ReadAsync("log").WaitAsync(Patience));
    }

    [Fact]
    public async Task Requests_on_one_object_stay_in_order_across_broken_connections()
    {
        await using FakeCluster cluster = new();
        Random chance = new(1);
        foreach (FakeOsd osd in cluster.Osds)
        {
            osd.Decide = _ =>
            {
                lock (chance)
                {
                    return chance.Next(40) switch { 0 => Fate.ApplyAndBreak, 1 => Fate.Break, _ => Fate.Answer };
                }
            };
        }

        Task[] appends = [.. Enumerable.Range(0, 200).Select(i => cluster.Pool.AppendAsync("log", new byte[] { (byte)i }))];
        await Task.WhenAll(appends).WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => (byte)i), cluster.Objects.DataOf(new ObjectId(FakeCluster.PoolId, "", "log")));
    }

    [Fact]
    public async Task A_rejected_request_waits_for_the_OSDs_map_and_goes_to_the_new_primary()
    {
        await using FakeCluster cluster = new();
        int old = cluster.PrimaryOf("o");
        OsdMap next = cluster.Change(m => FakeCluster.With(m, old, s => s with { Up = false, DownAt = m.Epoch }));
        foreach (FakeOsd osd in cluster.Osds)
        {
            osd.Map = next; // The OSDs know, the client does not.
        }

        Task write = cluster.Pool.WriteFullAsync("o", new byte[] { 1 });
        await cluster.Osds[old].ReceivedAsync(1).WaitAsync(Patience);
        Assert.False(write.IsCompleted);
        cluster.Publish(next);
        await write.WaitAsync(Patience);
        Assert.NotEqual(old, cluster.PrimaryOf("o"));
    }

    [Fact]
    public async Task Requests_that_a_dead_primary_swallowed_are_sent_to_the_next_in_order()
    {
        await using FakeCluster cluster = new();
        int old = cluster.PrimaryOf("log");
        cluster.Osds[old].Decide = _ => Fate.Swallow;
        Task[] appends = [.. Enumerable.Range(0, 100).Select(i => cluster.Pool.AppendAsync("log", new byte[] { (byte)i }))];
        await cluster.Osds[old].ReceivedAsync(100).WaitAsync(Patience);
        Assert.DoesNotContain(appends, a => a.IsCompleted);
        cluster.Publish(cluster.Change(m => FakeCluster.With(m, old, s => s with { Up = false, DownAt = m.Epoch })));
        await Task.WhenAll(appends).WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (byte)i), cluster.Objects.DataOf(new ObjectId(FakeCluster.PoolId, "", "log")));
    }

    [Fact]
    public async Task A_map_that_does_not_touch_the_PG_sends_nothing_again()
    {
        await using FakeCluster cluster = new();
        int primary = cluster.PrimaryOf("o");
        cluster.Osds[primary].Decide = _ => Fate.Swallow;
        Task write = cluster.Pool.WriteFullAsync("o", new byte[] { 1 });
        await cluster.Osds[primary].ReceivedAsync(1).WaitAsync(Patience);
        cluster.Publish(cluster.Change(m => m with { Flags = OsdMapFlags.NoOut }));
        cluster.Osds[primary].Decide = _ => Fate.Answer;
        // Another object of the same primary passes by, on the same connection: had the first been sent again, it would have come before.
        string other = Enumerable.Range(0, 100).Select(i => $"p{i}").First(n => cluster.PrimaryOf(n) == primary);
        await cluster.Pool.WriteFullAsync(other, new byte[] { 2 }).WaitAsync(Patience);
        Assert.Equal(2, cluster.Osds[primary].Received);
        Assert.False(write.IsCompleted);
    }

    [Fact]
    public async Task A_restarted_OSD_gets_what_its_last_incarnation_left_unanswered()
    {
        await using FakeCluster cluster = new(osds: 1);
        cluster.Osds[0].Decide = _ => Fate.Swallow;
        Task write = cluster.Pool.WriteFullAsync("o", new byte[] { 1 });
        await cluster.Osds[0].ReceivedAsync(1).WaitAsync(Patience);
        cluster.Osds[0].Decide = _ => Fate.Answer;
        cluster.Publish(cluster.Change(m => FakeCluster.With(m, 0, s => s with { UpFrom = m.Epoch.Next })));
        await write.WaitAsync(Patience);
    }

    [Fact]
    public async Task Without_a_primary_a_request_waits_for_one()
    {
        await using FakeCluster cluster = new(osds: 1);
        cluster.Publish(cluster.Change(m => FakeCluster.With(m, 0, s => s with { Up = false })));
        Task write = cluster.Pool.WriteFullAsync("o", new byte[] { 1 });
        Assert.False(write.IsCompleted);
        cluster.Publish(cluster.Change(m => FakeCluster.With(m, 0, s => s with { Up = true, UpFrom = m.Epoch.Next })));
        await write.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_request_without_an_answer_times_out_when_asked_to()
    {
        await using FakeCluster cluster = new(1, new ObjecterOptions { OpTimeout = TimeSpan.FromMilliseconds(300) });
        cluster.Osds[0].Decide = _ => Fate.Swallow;
        OperationTimeoutException e = await Assert.ThrowsAsync<OperationTimeoutException>(
            () => cluster.Pool.WriteFullAsync("o", new byte[] { 1 }).WaitAsync(Patience));
        Assert.Contains("no answer from osd.0", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, cluster.Objecter.InFlight);
    }

    [Fact]
    public async Task A_cancelled_request_leaves_room_for_the_next()
    {
        await using FakeCluster cluster = new(1, new ObjecterOptions { InFlightOpsMax = 1 });
        cluster.Osds[0].Decide = static op => op.Object!.Name == "stuck" ? Fate.Swallow : Fate.Answer;
        using CancellationTokenSource cancel = new();
        Task stuck = cluster.Pool.WriteFullAsync("stuck", new byte[] { 1 }, cancel.Token);
        Task waiting = cluster.Pool.WriteFullAsync("next", new byte[] { 1 });
        await cluster.Osds[0].ReceivedAsync(1).WaitAsync(Patience);
        Assert.False(waiting.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stuck.WaitAsync(Patience));
        await waiting.WaitAsync(Patience);
    }

    [Fact]
    public async Task Bytes_in_flight_stay_within_the_budget()
    {
        await using FakeCluster cluster = new(1, new ObjecterOptions { InFlightBytesMax = 10_000 });
        cluster.Osds[0].Decide = _ => Fate.Swallow;
        Task[] writes = [.. Enumerable.Range(0, 5).Select(i => cluster.Pool.WriteFullAsync($"o{i}", new byte[4000]))];
        await cluster.Osds[0].ReceivedAsync(2).WaitAsync(Patience);
        Assert.Equal(2, cluster.Objecter.InFlight);
        Assert.All(writes, w => Assert.False(w.IsCompleted));
    }

    [Fact]
    public async Task A_removed_pool_fails_what_waits_in_it()
    {
        await using FakeCluster cluster = new(1);
        cluster.Osds[0].Decide = _ => Fate.Swallow;
        Task write = cluster.Pool.WriteFullAsync("o", new byte[] { 1 });
        await cluster.Osds[0].ReceivedAsync(1).WaitAsync(Patience);
        cluster.Publish(cluster.Change(m => m with { Pools = m.Pools.Clear() }));
        await Assert.ThrowsAsync<PoolNotFoundException>(() => write.WaitAsync(Patience));
        await Assert.ThrowsAsync<PoolNotFoundException>(() => cluster.Pool.ReadAsync("o").WaitAsync(Patience));
    }

    [Fact]
    public async Task A_listing_finds_every_object_of_its_namespace_once()
    {
        await using FakeCluster cluster = new();
        PoolContext other = cluster.Pool.WithNamespace("other");
        for (int i = 0; i < 200; i++)
        {
            await (i % 4 == 0 ? other : cluster.Pool).WriteFullAsync($"o{i}", new byte[] { 1 }).WaitAsync(Patience);
        }

        Assert.Equal(
            Enumerable.Range(0, 200).Where(i => i % 4 != 0).Select(i => $"o{i}").Order(StringComparer.Ordinal),
            (await cluster.Pool.ListObjectsAsync().ToListAsync()).Select(id => id.Name).Order(StringComparer.Ordinal));
        Assert.Equal(200, (await cluster.Pool.ListAllObjectsAsync().ToListAsync()).Distinct().Count());
    }

    [Fact]
    public async Task Names_are_checked_before_anything_is_sent()
    {
        await using FakeCluster cluster = new();
        CairnException e = await Assert.ThrowsAsync<CairnException>(() => cluster.Pool.WriteFullAsync(new string('x', 2049), new byte[1]));
        Assert.Equal(OpStatus.NameTooLong, e.Status);
        await Assert.ThrowsAsync<CairnException>(() => cluster.Pool.WriteFullAsync("", new byte[1]));
        Assert.Equal(0, cluster.Osds.Sum(o => o.Received));
    }

    [Fact]
    public async Task Disposing_fails_what_is_still_under_way()
    {
        FakeCluster cluster = new(1);
        cluster.Osds[0].Decide = _ => Fate.Swallow;
        Task write = cluster.Pool.WriteFullAsync("o", new byte[] { 1 });
        await cluster.Osds[0].ReceivedAsync(1).WaitAsync(Patience);
        await cluster.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => write.WaitAsync(Patience));
    }
}
