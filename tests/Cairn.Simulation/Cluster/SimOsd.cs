using System.Globalization;
using Cairn.Maps;
using Cairn.Simulation.Network;
using Cairn.Simulation.Stores;

namespace Cairn.Simulation.Cluster;

/// <summary>An OSD's machine: a disk that outlives the processes run on it, one after another, and the switch that kills or halts them.</summary>
public sealed class SimOsd : INetworkNode, IMapSubscriber
{
    private readonly World _world;
    private readonly Queue<Action> _heldBack = new();

    public SimOsd(World world, OsdId id)
    {
        _world = world;
        Id = id;
        Disk = NewDisk();
        world.Network.Attach(Address, this);
    }

    public OsdId Id { get; }

    public Address Address => Address.Of(Id);

    public SimDisk Disk { get; private set; }

    /// <summary>Disks it has had before this one.</summary>
    public int DisksLost { get; private set; }

    public Guid DiskUuid => MonitorCommands.DiskUuid(Id.Value, DisksLost);

    /// <summary>Null while nothing runs.</summary>
    public OsdProcess? Process { get; private set; }

    public bool IsRunning => Process is not null;

    /// <summary>Halted as by SIGSTOP: it does nothing, and knows nothing of the time that passes.</summary>
    public bool IsPaused { get; private set; }

    public int Life { get; private set; }

    /// <summary>The disk has no room for clients' writes or backfill.</summary>
    public bool IsFull { get; private set; }

    public void Start()
    {
        if (IsRunning)
        {
            return;
        }

        Life++;
        _world.Trace($"{Id}: starts");
        Process = new OsdProcess(_world, this, _world.Random.Fork());
        Process.Start();
    }

    /// <summary>kill -9, or power loss: the same to a store that promises to be whole after either.</summary>
    public void Kill()
    {
        if (!IsRunning)
        {
            return;
        }

        _world.Trace($"{Id}: killed");
        Process = null;
        Life++;
        IsPaused = false;
        _heldBack.Clear();
        Disk.Crash();
        _world.Network.BreakAll(Address);
    }

    /// <summary>The disk is gone with all there was on it; the process that is started next has an empty one.</summary>
    public void LoseDisk()
    {
        Kill();
        _world.Trace($"{Id}: its disk is lost");
        DisksLost++;
        Disk = NewDisk();
    }

    public void SetFull(bool isFull)
    {
        if (IsFull != isFull)
        {
            _world.Trace($"{Id}: is {(isFull ? "full" : "not full any more")}");
            IsFull = isFull;
            Run(() => Process!.OnFullChanged());
        }
    }

    public void Pause()
    {
        if (IsRunning && !IsPaused)
        {
            _world.Trace($"{Id}: halted");
            IsPaused = true;
        }
    }

    public void Resume()
    {
        if (!IsPaused)
        {
            return;
        }

        _world.Trace($"{Id}: goes on");
        IsPaused = false;
        while (!IsPaused && _heldBack.TryDequeue(out Action? action))
        {
            action();
        }
    }

    /// <summary>Everything that reaches the process goes through here: it is lost with the process, and waits while it is halted.</summary>
    public void Run(Action action)
    {
        if (IsPaused)
        {
            _heldBack.Enqueue(action);
        }
        else if (IsRunning)
        {
            action();
        }
    }

    private SimDisk NewDisk() => new(_world.Events, _world.Random.Fork(), _world.Options.Disk);

    public void MapsReceived(IReadOnlyList<OsdMap> maps) => Run(() => Process!.MapsReceived(maps));

    public void ConnectionLost(Address other)
    {
    }

    /// <summary>Names one process at one network address, as host, port and nonce do.</summary>
    public string AddressOf(int incarnation) => string.Create(CultureInfo.InvariantCulture, $"{Id}/{Life}.{incarnation}");
}
