using System.Collections.Immutable;
using Cairn.Crush;
using Cairn.Maps;
using Cairn.Objects.Operations;
using Cairn.Pg;
using Cairn.Pg.Effects;
using Cairn.Pg.Inputs;

namespace Cairn.Benchmarks.Pg;

/// <summary>A primary and two replicas of one PG, joined without a network: every effect is carried out at once.</summary>
internal sealed class PgTriple
{
    private static readonly ImmutableArray<OsdId> Members = [new(0), new(1), new(2)];

    private readonly PlacementGroup[] _groups;
    private readonly FlatCatalog[] _catalogs = [new(), new(), new()];
    private readonly Queue<(int Osd, PgInput Input)> _pending = new();
    private readonly EffectList _effects = new();
    private readonly PgTime _now = new(1_000_000, 1_700_000_000_000);

    public PgTriple()
    {
        var pool = new Pool { Id = 1, Name = "p", Size = 3, MinSize = 2, PgNum = 1, PgpNum = 1, CrushRule = 0, CreatedIn = new Epoch(1) };
        Map = new OsdMap
        {
            Fsid = Guid.Empty,
            Crush = new CrushMap(),
            Epoch = new Epoch(1),
            Osds = [.. Members.Select(static _ => new OsdState { Uuid = Guid.Empty, Up = true, UpFrom = new Epoch(1), UpThru = new Epoch(1) })],
            Pools = ImmutableSortedDictionary<long, Pool>.Empty.Add(1, pool),
        };
        _groups = [.. Members.Select(Create)];
        for (int i = 0; i < 3; i++)
        {
            _pending.Enqueue((i, new ActMap()));
        }

        Run();
    }

    public OsdMap Map { get; }

    public PgId Id { get; } = new(1, 0);

    public long Replies { get; private set; }

    public void Submit(OsdOp op)
    {
        _pending.Enqueue((0, new ClientOp(op, 1)));
        Run();
    }

    private PlacementGroup Create(OsdId osd)
    {
        var environment = new PgEnvironment(osd, _catalogs[osd.Value], (_, _) => new PgMapping(Members, Members[0], Members, Members[0]), new PgOptions());
        PlacementGroup group = PlacementGroup.Create(Id, Map, new PgHistory { EpochCreated = Map.Epoch }, PastIntervals.None, environment, _now, _effects);
        CarryOut(osd.Value);
        return group;
    }

    private void Run()
    {
        while (_pending.TryDequeue(out var next))
        {
            _groups[next.Osd].Handle(next.Input, _now, _effects);
            CarryOut(next.Osd);
        }
    }

    private void CarryOut(int osd)
    {
        foreach (PgEffect effect in _effects)
        {
            switch (effect)
            {
                case Send send:
                    _pending.Enqueue((send.To.Value, new MessageReceived(new OsdId(osd), send.Message)));
                    break;
                case Persist persist:
                    _catalogs[osd].Submit(persist.Transaction);
                    _pending.Enqueue((osd, new Persisted(persist.Token)));
                    break;
                case ReplyToClient:
                    Replies++;
                    break;
            }
        }

        _effects.Clear();
    }
}
