using System.Globalization;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State;

namespace Cairn.Simulation.Cluster;

/// <summary>What an admin orders in a simulation. <see cref="SimMonitor.Order"/> gives each its id.</summary>
public static class MonitorCommands
{
    /// <summary>The uuid of an OSD's n-th disk.</summary>
    public static Guid DiskUuid(int osd, int disk) => new(osd + 1, (short)disk, 0x4000, new byte[8]);

    public static Command CreateOsd(int osd, int disk) => New(c => c.OsdCreate = new OsdCreate { Id = osd, Uuid = WireGuid.Write(DiskUuid(osd, disk)) });

    /// <summary>The disk is gone for good: another takes its place.</summary>
    public static Command DestroyOsd(OsdId osd) => New(c => c.OsdDestroy = new OsdDestroy { Osd = osd.Value, Confirm = true });

    public static Command In(params IEnumerable<OsdId> osds) => New(c => c.OsdIn = new OsdIn { Osds = { osds.Select(static o => o.Value) } });

    public static Command Out(OsdId osd) => New(c => c.OsdOut = new OsdOut { Osds = { osd.Value } });

    public static Command Down(OsdId osd) => New(c => c.OsdDown = new OsdDown { Osds = { osd.Value } });

    public static Command Reweight(OsdId osd, double weight) => New(c => c.OsdReweight = new OsdReweight { Osd = osd.Value, Weight = weight });

    public static Command PrimaryAffinity(OsdId osd, double affinity) =>
        New(c => c.OsdPrimaryAffinity = new OsdPrimaryAffinity { Osd = osd.Value, Affinity = affinity });

    public static Command SetFlag(string flag) => New(c => c.ChangeFlags = new ChangeFlags { Set = { flag } });

    public static Command UnsetFlags(params IEnumerable<string> flags) => New(c => c.ChangeFlags = new ChangeFlags { Unset = { flags } });

    public static Command CreatePool(string name, uint pgNum, int size, int minSize) => New(c => c.PoolCreate = new PoolCreate
    {
        Name = name,
        PgNum = pgNum,
        Size = size,
        MinSize = minSize,
        Force = true, // The OSDs may not have booted yet.
    });

    public static Command RemovePool(string name) => New(c => c.PoolRemove = new PoolRemove { Name = name, ConfirmName = name });

    public static Command SetPool(string name, string variable, long value) => New(c => c.PoolSet = new PoolSet
    {
        Pool = name,
        Variable = variable,
        Value = value.ToString(CultureInfo.InvariantCulture),
        Force = true,
    });

    private static Command New(Action<Command> fill)
    {
        var command = new Command();
        fill(command);
        return command;
    }
}
