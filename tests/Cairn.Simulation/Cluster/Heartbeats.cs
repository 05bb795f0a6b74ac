using Cairn.Maps;
using Cairn.Monitor.State.Liveness;
using Cairn.Simulation.Network;

namespace Cairn.Simulation.Cluster;

/// <summary>Pings every OSD that is up, and reports those that don't answer for the grace.</summary>
public sealed class Heartbeats(World world, SimOsd machine, OsdProcess process)
{
    private readonly Dictionary<OsdId, (string Address, long SinceUs)> _heard = [];
    private readonly HashSet<OsdId> _reported = [];

    public void Beat()
    {
        long now = world.Events.NowUs;
        for (int i = 0; i < process.Map.Osds.Length; i++)
        {
            var peer = new OsdId(i);
            if (peer == machine.Id || process.Map.Osd(peer) is not { Up: true } state)
            {
                _heard.Remove(peer);
                _reported.Remove(peer);
                continue;
            }

            if (!_heard.TryGetValue(peer, out var heard) || heard.Address != state.DataAddress)
            {
                _heard[peer] = heard = (state.DataAddress, now);
            }

            Ping(peer, state.DataAddress);
            if (now - heard.SinceUs > world.Options.HeartbeatGraceUs)
            {
                _reported.Add(peer);
                Report(peer, state.UpFrom, FailureKind.NoAnswer);
            }
        }
    }

    public void Answered(OsdId peer)
    {
        if (!_heard.TryGetValue(peer, out var heard))
        {
            return;
        }

        _heard[peer] = (heard.Address, world.Events.NowUs);
        if (_reported.Remove(peer))
        {
            if (process.Map.Osd(peer) is { Up: true } state)
            {
                Report(peer, state.UpFrom, FailureKind.StillAlive);
            }
        }
    }

    private void Report(OsdId peer, Epoch upFrom, FailureKind kind)
    {
        var report = new FailureReport(machine.Id, process.UpFrom, peer, upFrom, kind, world.Options.HeartbeatGraceUs / 1000);
        world.Network.Send(machine.Address, Address.Monitor, () => world.Monitor.FailureReported(report));
    }

    private void Ping(OsdId peer, string address)
    {
        SimOsd other = world.Osds[peer.Value];
        int life = machine.Life;
        world.Network.Send(machine.Address, other.Address, () => other.Run(() =>
        {
            if (other.Process!.NetworkAddress != address)
            {
                return;
            }

            world.Network.Send(other.Address, machine.Address, () => machine.Run(() =>
            {
                if (machine.Life == life)
                {
                    process.HeartbeatFrom(peer);
                }
            }));
        }));
    }
}
