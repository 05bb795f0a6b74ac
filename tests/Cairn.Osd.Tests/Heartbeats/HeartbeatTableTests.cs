using Cairn.Maps;
using Cairn.Osd.Heartbeats;

namespace Cairn.Osd.Tests.Heartbeats;

public sealed class HeartbeatTableTests
{
    private static readonly OsdId Peer = new(1);
    private readonly HeartbeatTable _table = new(graceMs: 6000);

    public HeartbeatTableTests() => _table.SetPeers([(Peer, new Epoch(5))], nowMs: 0);

    [Fact]
    public void A_peer_that_is_new_gets_the_whole_grace()
    {
        Assert.Empty(_table.Failures(6000));
        PeerFailure failure = Assert.Single(_table.Failures(6001));
        Assert.Equal(new PeerFailure(Peer, new Epoch(5), ProcessGone: false, 6001, IsNew: true), failure);
    }

    [Fact]
    public void An_answer_counts_from_when_its_ping_was_sent()
    {
        // The answer to an old ping, arriving late, proves life only back then.
        _table.Answered(Peer, pingSentMs: 1000);
        Assert.Empty(_table.Failures(7000));
        Assert.Single(_table.Failures(7001));
    }

    [Fact]
    public void A_late_answer_to_an_older_ping_takes_nothing_back()
    {
        _table.Answered(Peer, pingSentMs: 3000);
        _table.Answered(Peer, pingSentMs: 1000);
        Assert.Empty(_table.Failures(9000));
    }

    [Fact]
    public void A_refused_connection_is_a_failure_at_once()
    {
        _table.Refused(Peer);
        Assert.True(Assert.Single(_table.Failures(1)).ProcessGone);
    }

    [Fact]
    public void A_failure_is_news_once()
    {
        Assert.True(_table.Refused(Peer));
        Assert.False(_table.Refused(Peer));
        Assert.True(Assert.Single(_table.Failures(1)).IsNew);
        Assert.False(Assert.Single(_table.Failures(1001)).IsNew);
    }

    [Fact]
    public void A_reported_peer_that_answers_again_is_taken_back_once()
    {
        _table.Refused(Peer);
        _table.Failures(1);
        Assert.True(_table.Answered(Peer, pingSentMs: 2));
        Assert.False(_table.Answered(Peer, pingSentMs: 3));
        Assert.Empty(_table.Failures(4));
    }

    [Fact]
    public void A_peer_that_restarted_starts_afresh()
    {
        _table.Refused(Peer);
        _table.SetPeers([(Peer, new Epoch(9))], nowMs: 100);
        Assert.Empty(_table.Failures(6100));
        Assert.Equal(new Epoch(9), Assert.Single(_table.Failures(6101)).UpFrom);
    }

    [Fact]
    public void A_peer_that_stays_keeps_what_is_known_of_it()
    {
        _table.Answered(Peer, pingSentMs: 500);
        _table.SetPeers([(Peer, new Epoch(5)), (new OsdId(2), new Epoch(3))], nowMs: 5000);
        Assert.Equal(Peer, Assert.Single(_table.Failures(6501)).Osd);
    }

    [Fact]
    public void A_peer_that_left_is_not_reported()
    {
        _table.SetPeers([], nowMs: 1);
        Assert.Empty(_table.Failures(100_000));
        Assert.False(_table.Answered(Peer, pingSentMs: 1));
    }
}
