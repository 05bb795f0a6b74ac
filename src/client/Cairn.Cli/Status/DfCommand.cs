using System.CommandLine;
using System.Globalization;
using Cairn.Cli.Shell;
using Cairn.Messaging.Wire;

namespace Cairn.Cli.Status;

/// <summary>`cairn df`: space, by pool.</summary>
internal static class DfCommand
{
    public static Command Create() => new Command("df", "Shows the space of the cluster and of its pools.").Runs(async (cli, cancellationToken) =>
    {
        DfView view = DfView.Of(await cli.Monitors.DfAsync(cancellationToken));
        cli.Show(view, view.Write);
    });
}

internal sealed record DfView(ulong CapacityBytes, ulong UsedBytes, ulong AvailableBytes, IReadOnlyList<DfView.Pool> Pools)
{
    internal sealed record Pool(long Id, string Name, uint Pgs, ulong Objects, ulong Bytes, ulong UsedBytes, ulong AvailableBytes);

    public static DfView Of(DfReply reply) => new(
        reply.CapacityBytes,
        reply.UsedBytes,
        reply.AvailableBytes,
        [.. reply.Pools.Select(p => new Pool(p.Id, p.Name, p.Pgs, p.Objects, p.Bytes, p.UsedBytes, p.AvailableBytes))]);

    public void Write(TextWriter output)
    {
        output.WriteLine($"{Units.Bytes(UsedBytes)} used of {Units.Bytes(CapacityBytes)} ({Units.Percent(UsedBytes, CapacityBytes)}%), {Units.Bytes(AvailableBytes)} available");
        output.WriteLine();
        TextTable table = new TextTable("POOL", "ID", "PGS", "OBJECTS", "STORED", "USED", "MAX AVAIL").Right(1, 2, 3, 4, 5, 6);
        foreach (Pool pool in Pools)
        {
            table.Add(
                pool.Name,
                pool.Id.ToString(CultureInfo.InvariantCulture),
                pool.Pgs.ToString(CultureInfo.InvariantCulture),
                Units.Count(pool.Objects),
                Units.Bytes(pool.Bytes),
                Units.Bytes(pool.UsedBytes),
                Units.Bytes(pool.AvailableBytes));
        }

        table.Write(output);
    }
}
