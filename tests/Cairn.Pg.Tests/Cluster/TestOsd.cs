using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Pg.Effects;
using Cairn.Pg.Inputs;
using Cairn.Pg.Messages;
using Cairn.Simulation.Stores;

namespace Cairn.Pg.Tests.Cluster;

/// <summary>One OSD of a <see cref="TestCluster"/>: a store, and the copies of PGs it hosts.</summary>
internal sealed class TestOsd(TestCluster cluster, OsdId id)
{
    private readonly EffectList _effects = new();
    private readonly Queue<(PgId Pg, ulong Token, ulong Ticket)> _unflushed = new();

    public OsdId Id { get; } = id;

    public ModelStore Store { get; } = new();

    public SortedDictionary<PgId, PlacementGroup> Pgs { get; } = [];

    public PgStats? LastStats { get; private set; }

    public bool IsAlive { get; private set; } = true;

    /// <summary>Its disk completes nothing while true.</summary>
    public bool DiskStalled { get; set; }

    public PlacementGroup this[PgId pg] => Pgs[pg];

    public PgEnvironment Environment => new(Id, Store, cluster.MapOf, cluster.Options);

    public void Create(PgId pg)
    {
        Pgs[pg] = PlacementGroup.Create(
            pg, cluster.Map, new PgHistory { EpochCreated = cluster.Map.Epoch }, PastIntervals.None, Environment, cluster.Now, _effects);
        CarryOut(pg);
    }

    public void Handle(PgId pg, PgInput input)
    {
        if (!IsAlive || !Pgs.TryGetValue(pg, out PlacementGroup? group))
        {
            return;
        }

        group.Handle(input, cluster.Now, _effects);
        CarryOut(pg);
    }

    public void Receive(OsdId from, PgMessage message)
    {
        if (!IsAlive)
        {
            return;
        }

        if (!Pgs.ContainsKey(message.Pg))
        {
            if (!message.CreatesPg)
            {
                if (PlacementGroup.AnswerForAbsent(message, cluster.Map) is { } answer)
                {
                    cluster.Send(Id, from, answer);
                }

                return;
            }

            Pgs[message.Pg] = PlacementGroup.CreateFor(message, cluster.MapAt(message.Epoch), Environment, cluster.Now, _effects);
            CarryOut(message.Pg);
            CatchUp(message.Pg);
        }

        Handle(message.Pg, new MessageReceived(from, message));
    }

    public void CatchUp(PgId pg)
    {
        while (Pgs.TryGetValue(pg, out PlacementGroup? group) && group.Map.Epoch < cluster.Map.Epoch)
        {
            Handle(pg, new MapAdvanced(cluster.MapAt(group.Map.Epoch.Next)));
        }

        Handle(pg, new ActMap());
    }

    public void Kill()
    {
        IsAlive = false;
        Store.Crash(0);
        _unflushed.Clear();
        Pgs.Clear();
    }

    public void Start()
    {
        IsAlive = true;
        foreach (PgId pg in Store.ListCollections())
        {
            if (PlacementGroup.StoredEpochOf(Store, pg) is { } epoch)
            {
                Pgs[pg] = PlacementGroup.Load(pg, cluster.MapAt(epoch), Environment, cluster.Now, _effects);
                CarryOut(pg);
            }
        }

        foreach (PgId pg in Pgs.Keys.ToArray())
        {
            CatchUp(pg);
        }
    }

    public bool Flush()
    {
        if (DiskStalled || !IsAlive || !_unflushed.TryDequeue(out var next))
        {
            return false;
        }

        Store.Flush(next.Ticket);
        Handle(next.Pg, new Persisted(next.Token));
        return true;
    }

    private void CarryOut(PgId pg)
    {
        PgEffect[] effects = [.. _effects];
        _effects.Clear();
        foreach (PgEffect effect in effects)
        {
            CarryOut(pg, effect);
        }
    }

    private void CarryOut(PgId pg, PgEffect effect)
    {
        switch (effect)
        {
            case Send send:
                cluster.Send(Id, send.To, send.Message);
                break;
            case Persist persist:
                _unflushed.Enqueue((pg, persist.Token, Store.Submit(persist.Collection ?? pg, persist.Transaction)));
                break;
            case ReadData read:
                cluster.Later(() => Handle(pg, Read(pg, read)));
                break;
            case ReplyToClient reply:
                cluster.Replies.Add(reply);
                break;
            case DropClientOp drop:
                cluster.Drops.Add(drop);
                break;
            case RequestUpThru request:
                cluster.WantUpThru(Id, request.Epoch);
                break;
            case RequestPgTemp request:
                cluster.WantPgTemp(pg, request.Acting);
                break;
            case RequestReservation request:
                cluster.Later(() => Handle(pg, new ReservationGranted(request.Side)));
                break;
            case WakeAt wake:
                cluster.At(wake.MonotonicMs, () => Handle(pg, new Tick()));
                break;
            case PublishStats stats:
                LastStats = stats.Stats;
                break;
            case PgsSplit split:
                foreach (PlacementGroup child in split.Children)
                {
                    Pgs[child.Id] = child;
                    cluster.Later(() => CatchUp(child.Id));
                }

                break;
            case SplitCompleted split:
                foreach (PgId child in split.Children)
                {
                    cluster.Later(() => Handle(child, new SplitDurable()));
                }

                break;
            case PgRemoved:
                Pgs.Remove(pg);
                break;
            case PgEvent line:
                cluster.Transcript.Add($"{Id} {line.Text}");
                break;
            case RequestMap or ReleaseReservation:
                break;
            default:
                throw new InvalidOperationException($"unknown effect {effect}");
        }
    }

    private DataRead Read(PgId pg, ReadData read)
    {
        try
        {
            return new DataRead(read.Token, Store.Read(pg, read.Object, read.Offset, (ulong)read.Length));
        }
        catch (ModelReadException e)
        {
            return new DataRead(read.Token, null, e.Message);
        }
    }
}
