using Cairn.Maps;
using Cairn.Objects;
using Cairn.Pg;
using Cairn.Pg.Effects;
using Cairn.Pg.Inputs;
using Cairn.Pg.Messages;
using Cairn.Pg.Reservations;
using Cairn.Simulation.Chance;
using Cairn.Simulation.Coverage;
using Cairn.Simulation.Network;

namespace Cairn.Simulation.Cluster;

/// <summary>Does what placement groups decide, on simulated disk and network.</summary>
public sealed class EffectExecutor(World world, SimOsd machine, OsdProcess process, SeededRandom random)
{
    private readonly Dictionary<ReservationSide, Reserver> _reservers = new()
    {
        [ReservationSide.Local] = new Reserver(slotsMax: 2),
        [ReservationSide.Remote] = new Reserver(slotsMax: 2),
        [ReservationSide.Scrub] = new Reserver(slotsMax: 1),
    };

    /// <summary>Messages of which a copy, left over from an earlier connection, turns up when the interval is over.</summary>
    private const double GhostShare = 0.003;
    private const long GhostMaxUs = 4_000_000;

    private readonly int _life = machine.Life;

    /// <summary>For the input being handled.</summary>
    public EffectList Buffer { get; } = new();

    public void CarryOut(PgHost host)
    {
        // Carrying out never feeds a PG at once, so nothing is added meanwhile.
        foreach (PgEffect effect in Buffer)
        {
            CarryOut(host, effect);
        }

        Buffer.Clear();
    }

    public void SendTo(OsdId to, PgMessage message)
    {
        world.Coverage.Count("message", MessageCoverage.PathOf(message));
        if (!process.IsActive || process.Map.Osd(to) is not { Up: true } state)
        {
            return; // There is no address to send to.
        }

        if (world.Log.IsKept && message is not (LeaseRequest or LeaseAck))
        {
            world.Trace($"{machine.Id} pg {message.Pg}: to {to} {message}");
        }

        PgMessage copy = WireCopy.Of(message);
        string address = state.DataAddress;
        SimOsd target = world.Osds[to.Value];
        OsdId from = machine.Id;
        world.Network.Send(machine.Address, target.Address, () => target.Run(() => target.Process!.MessageReceived(from, address, copy)));
        if (random.Chance(GhostShare))
        {
            world.Events.After(random.Between(100_000, GhostMaxUs), () => target.Run(() => target.Process!.GhostReceived(from, address, copy)));
        }
    }

    public void DropClientOp(long connection, RequestId id, Epoch epoch)
    {
        SimClient client = world.Clients[(int)connection];
        world.Network.Send(machine.Address, client.Address, () => client.OpDropped(machine.Id, id, epoch));
    }

    private void CarryOut(PgHost host, PgEffect effect)
    {
        switch (effect)
        {
            case Send s:
                if (s.Message is Pull or Push && host.Pg.Core is { IsPrimary: true, Progress.IsReserved: false })
                {
                    world.Coverage.Count("path", "recovery ahead of the queue: a client waits");
                }

                if (s.Message is PgRemove)
                {
                    world.Peering.OnRemoveOrdered(world, machine, host.Pg, s.To);
                }

                SendTo(s.To, s.Message);
                break;
            case ReplyToClient s:
                SimClient client = world.Clients[(int)s.ConnectionToken];
                world.Network.Send(machine.Address, client.Address, () => client.ReplyReceived(s.Reply));
                break;
            case DropClientOp s:
                DropClientOp(s.ConnectionToken, s.Id, s.MapEpoch);
                break;
            case Persist s:
                machine.Disk.Submit(s.Collection ?? host.Pg.Id, s.Transaction, () => Soon(host, new Persisted(s.Token)));
                break;
            case ReadData s:
                machine.Disk.Read(host.Pg.Id, s.Object, s.Offset, (ulong)s.Length, (data, error) => Soon(host, new DataRead(s.Token, data, error)));
                break;
            case RequestUpThru s:
                Epoch aliveFrom = process.UpFrom;
                world.Network.Send(machine.Address, Address.Monitor, () => world.Monitor.UpThruRequested(machine.Id, aliveFrom, s.Epoch));
                break;
            case RequestPgTemp s:
                PgId pg = host.Pg.Id;
                Epoch upFrom = process.UpFrom;
                world.Network.Send(machine.Address, Address.Monitor, () => world.Monitor.PgTempRequested(machine.Id, upFrom, pg, s.Acting));
                break;
            case RequestMap:
                process.RequestMaps();
                break;
            case RequestReservation { Side: ReservationSide.Remote, Backfill: true } when machine.IsFull:
                world.Coverage.Count("path", "Remote reservation rejected: the disk is full");
                world.Events.After(random.Between(0, 100), () => Soon(host, new ReservationRejected(ReservationSide.Remote)));
                break;
            case RequestReservation s:
                Tell(s.Side, _reservers[s.Side].Request(host.Pg.Id, s.Priority));
                break;
            case ReleaseReservation s:
                Tell(s.Side, _reservers[s.Side].Release(host.Pg.Id));
                break;
            case WakeAt s:
                PlanWake(host, s.MonotonicMs);
                break;
            case PublishStats s:
                world.Report(s.Stats);
                break;
            case PgsSplit s:
                world.Coverage.Count("path", "split");
                foreach (PlacementGroup child in s.Children)
                {
                    PgHost hosted = process.Host(child);
                    if (machine.IsFull)
                    {
                        world.Events.After(0, () => Soon(hosted, new StoreFullChanged(IsFull: true)));
                    }
                }

                break;
            case SplitCompleted s:
                foreach (PgId split in s.Children)
                {
                    world.Events.After(random.Between(0, 100), () => Soon(split, new SplitDurable()));
                }

                break;
            case PgRemoved:
                process.Forget(host);
                break;
            case PgEvent s:
                Note(host, s);
                break;
            default:
                throw new InvariantException($"the simulated shell does not know the effect {effect.GetType().Name}");
        }
    }

    // Inputs that follow from an effect come as events of their own: a PG handles one input at a time.
    private void Soon(PgHost host, PgInput input) => machine.Run(() =>
    {
        if (machine.Life == _life)
        {
            process.Feed(host, input);
        }
    });

    private void Soon(PgId pg, PgInput input)
    {
        if (machine.Life == _life && process.Find(pg) is { } host)
        {
            Soon(host, input);
        }
    }

    private void Tell(ReservationSide side, IReadOnlyList<ReservationChange> changes)
    {
        foreach (ReservationChange change in changes)
        {
            world.Coverage.Count("path", $"{side} reservation {(change.Granted ? "granted" : "taken back for a more urgent one")}");
            PgInput told = change.Granted ? new ReservationGranted(side) : new ReservationRevoked(side);
            world.Events.After(random.Between(0, 100), () => Soon(change.Pg, told));
        }
    }

    private void PlanWake(PgHost host, long atMs)
    {
        if (atMs >= host.WakePlannedMs)
        {
            return;
        }

        host.WakePlannedMs = atMs;
        world.Events.After(Math.Max(0, atMs - process.Now.MonotonicMs) * 1005, () => machine.Run(() =>
        {
            if (machine.Life == _life && host.WakePlannedMs == atMs)
            {
                host.WakePlannedMs = long.MaxValue;
                process.Feed(host, new Tick());
            }
        }));
    }

    private void Note(PgHost host, PgEvent note)
    {
        world.Coverage.Count("event", CoverageCounts.WithoutNumbers(note.Text));
        world.Trace($"{machine.Id} pg {host.Pg.Id}: {note.Text}");
    }
}
