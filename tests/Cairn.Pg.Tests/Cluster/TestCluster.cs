using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Cairn.Crush;
using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Pg.Effects;
using Cairn.Pg.Inputs;
using Cairn.Pg.Messages;

namespace Cairn.Pg.Tests.Cluster;

/// <summary>
/// A few OSDs and one PG, with sets chosen by the test instead of CRUSH, a network that keeps order and passes every message through its
/// bytes, and a monitor that grants what it is asked in the next epoch.
/// </summary>
internal sealed class TestCluster
{
    private const long PoolId = 1;

    private readonly Queue<(OsdId From, OsdId To, PgMessage Message)> _network = new();
    private readonly Queue<Action> _later = new();
    private readonly SortedDictionary<(long AtMs, int Order), Action> _timers = [];
    private readonly List<OsdMap> _maps = [];
    private readonly List<(ImmutableArray<int> Up, ImmutableArray<int> Acting)> _sets = [];
    private int _timerCount;
    private readonly Queue<string> _recent = new();
    private long _nowMs = 1_000_000;
    private bool _mapWanted;
    private ImmutableArray<int>? _wantedTemp;
    private readonly SortedDictionary<OsdId, Epoch> _wantedUpThru = [];
    private ulong _sequence;

    public TestCluster(int osds, params int[] up)
        : this(osds, 2, new PgOptions(), up)
    {
    }

    public TestCluster(int osds, int minSize, PgOptions options, int[] up)
    {
        Options = options;
        Osds = [.. Enumerable.Range(0, osds).Select(i => new TestOsd(this, new OsdId(i)))];
        var pool = new Pool { Id = PoolId, Name = "p", Size = 3, MinSize = minSize, PgNum = 1, PgpNum = 1, CrushRule = 0, CreatedIn = new Epoch(2) };
        var states = Enumerable.Range(0, osds).Select(_ => (OsdState?)new OsdState { Uuid = Guid.Empty, Up = true, UpFrom = new Epoch(1), Weight = OsdState.FullWeight });
        _maps.Add(new OsdMap { Fsid = Guid.Empty, Crush = new CrushMap(), Epoch = new Epoch(1), Osds = [.. states] });
        _sets.Add(([], []));
        _maps.Add(_maps[0] with { Epoch = new Epoch(2), Pools = _maps[0].Pools.Add(PoolId, pool) });
        _sets.Add(([.. up], [.. up]));
        foreach (int osd in up)
        {
            Osds[osd].Create(Pg);
        }

        foreach (TestOsd osd in Osds)
        {
            osd.Handle(Pg, new ActMap());
        }
    }

    public PgId Pg { get; } = new(PoolId, 0);

    public ImmutableArray<TestOsd> Osds { get; }

    public PgOptions Options { get; }

    public List<ReplyToClient> Replies { get; } = [];

    public List<DropClientOp> Drops { get; } = [];

    public List<string> Transcript { get; } = [];

    public Func<OsdId, OsdId, PgMessage, bool> Passes { get; set; } = static (_, _, _) => true;

    public OsdMap Map => _maps[^1];

    public PgTime Now => new(_nowMs, 1_700_000_000_000 + _nowMs);

    public TestOsd Primary => Osds[MapOf(Map, Pg).ActingPrimary.Value];

    public OsdMap MapAt(Epoch epoch) => _maps[(int)epoch.Value - 1];

    public PgMapping MapOf(OsdMap map, PgId pg)
    {
        var (up, acting) = _sets[(int)map.Epoch.Value - 1];
        ImmutableArray<OsdId> upSet = [.. up.Select(static o => new OsdId(o))];
        ImmutableArray<OsdId> actingSet = [.. acting.Select(static o => new OsdId(o))];
        return new PgMapping(upSet, First(upSet), actingSet, First(actingSet));
    }

    public void Send(OsdId from, OsdId to, PgMessage message)
    {
        var header = new ArrayBufferWriter<byte>();
        var payload = new List<ReadOnlyMemory<byte>>();
        PgMessageCodec.Encode(message, header, payload);
        byte[] data = [.. payload.SelectMany(static p => p.ToArray())];
        _network.Enqueue((from, to, PgMessageCodec.Decode(header.WrittenSpan, data)));
    }

    public void Later(Action action) => _later.Enqueue(action);

    public void At(long atMs, Action action) => _timers[(Math.Max(atMs, _nowMs), _timerCount++)] = action;

    public void WantUpThru(OsdId osd, Epoch epoch)
    {
        _wantedUpThru[osd] = epoch;
        _mapWanted = true;
    }

    public void WantPgTemp(PgId pg, ImmutableArray<OsdId> acting)
    {
        _wantedTemp = [.. acting.Select(static o => o.Value)];
        _mapWanted = true;
    }

    /// <summary>Makes the next epoch, and tells everyone.</summary>
    public void NextMap(int[]? up = null, Func<OsdMap, OsdMap>? change = null)
    {
        _mapWanted = false;
        var (lastUp, lastActing) = _sets[^1];
        ImmutableArray<int> newUp = up is null ? lastUp : [.. up];
        ImmutableArray<int> acting = _wantedTemp is { } temp ? (temp.IsEmpty ? newUp : temp)
            : up is not null ? newUp : lastActing;
        OsdMap next = Map with { Epoch = Map.Epoch.Next };
        foreach (var (osd, epoch) in _wantedUpThru)
        {
            OsdState state = next.Osd(osd)!;
            next = next with { Osds = next.Osds.SetItem(osd.Value, state with { UpThru = epoch > state.UpThru ? epoch : state.UpThru }) };
        }

        _wantedTemp = null;
        _wantedUpThru.Clear();
        next = change?.Invoke(next) ?? next;
        _maps.Add(next);
        _sets.Add((newUp, acting));
        foreach (TestOsd osd in Osds.Where(static o => o.IsAlive))
        {
            foreach (PgId pg in osd.Pgs.Keys.ToArray())
            {
                osd.CatchUp(pg);
            }
        }
    }

    /// <summary>The OSD dies, and the map knows it.</summary>
    public void Down(int osd, params int[] up)
    {
        Osds[osd].Kill();
        NextMap(up, m => m with { Osds = m.Osds.SetItem(osd, m.Osds[osd]! with { Up = false, DownAt = m.Epoch }) });
    }

    public void Up(int osd, params int[] up)
    {
        NextMap(up, m => m with { Osds = m.Osds.SetItem(osd, m.Osds[osd]! with { Up = true, UpFrom = m.Epoch }) });
        Osds[osd].Start();
    }

    /// <summary>Lets everything happen that can, without time passing beyond what timers need.</summary>
    public void Run(int steps = 200_000)
    {
        for (int i = 0; i < steps; i++)
        {
            if (_network.TryDequeue(out var message))
            {
                _recent.Enqueue($"{message.From} to {message.To}: {message.Message}");
                if (_recent.Count > 20)
                {
                    _recent.Dequeue();
                }

                if (Passes(message.From, message.To, message.Message))
                {
                    Osds[message.To.Value].Receive(message.From, message.Message);
                }
            }
            else if (_later.TryDequeue(out Action? action))
            {
                action();
            }
            else if (!Osds.Any(static o => o.Flush()))
            {
                if (_mapWanted)
                {
                    NextMap();
                }
                else if (_timers.Count > 0 && _timers.First().Key.AtMs <= _nowMs)
                {
                    Action timer = _timers.First().Value;
                    _timers.Remove(_timers.First().Key);
                    timer();
                }
                else
                {
                    return;
                }
            }
        }

        throw new InvalidOperationException("it does not come to rest: " + string.Join(Environment.NewLine, _recent));
    }

    public void RunFor(long ms, long stepMs = 250)
    {
        Run();
        for (long end = _nowMs + ms; _nowMs < end;)
        {
            _nowMs += stepMs;
            foreach (TestOsd osd in Osds)
            {
                foreach (PgId pg in osd.Pgs.Keys.ToArray())
                {
                    osd.Handle(pg, new Tick());
                }
            }

            Run();
        }
    }

    public ObjectId Object(string name) => new(PoolId, "", name);

    /// <summary>Hands an op to the primary; its answer, if any, comes to <see cref="Replies"/> under the sequence returned.</summary>
    public ulong Submit(string name, params ObjectOp[] steps) => Resend(++_sequence, name, steps);

    public ulong Resend(ulong sequence, string name, params ObjectOp[] steps)
    {
        ObjectId id = Object(name);
        PgId pg = new(PoolId, ObjectHash.StableMod(id.Hash, Map.Pools[PoolId].PgNum, ObjectHash.MaskFor(Map.Pools[PoolId].PgNum)));
        var op = new OsdOp(new RequestId(7, sequence), pg, id, Map.Epoch, steps);
        Primary.Handle(pg, new ClientOp(op, (long)sequence));
        return sequence;
    }

    public OsdOpReply Do(string name, params ObjectOp[] steps)
    {
        ulong sequence = Submit(name, steps);
        Run();
        return ReplyTo(sequence) ?? throw new InvalidOperationException($"no reply; the PG is {Primary.LastStats?.State}");
    }

    public OsdOpReply? ReplyTo(ulong sequence) => Replies.FindLast(r => r.ConnectionToken == (long)sequence)?.Reply;

    public OsdOpReply Write(string name, string text) => Do(name, new WriteFullOp(Encoding.UTF8.GetBytes(text)));

    public string Read(string name)
    {
        OsdOpReply reply = Do(name, new ReadOp(0, 0));
        return reply.Status == OpStatus.Ok ? Encoding.UTF8.GetString(reply.Results[0].Data.Span) : reply.Status.ToString();
    }

    /// <summary>What a copy holds, as "name=text ...".</summary>
    public string Content(int osd, PgId? pg = null) =>
        string.Join(' ', Osds[osd].Store.ListObjects(pg ?? Pg, null, 1000).OrderBy(static o => o.Id.Name, StringComparer.Ordinal)
            .Select(o => $"{o.Id.Name}={Encoding.UTF8.GetString(Osds[osd].Store.Read(pg ?? Pg, o.Id, 0, o.Stat.Size)!.Value.Span)}"));

    private static OsdId First(ImmutableArray<OsdId> set) => set.IsEmpty ? OsdId.Nobody : set[0];
}
