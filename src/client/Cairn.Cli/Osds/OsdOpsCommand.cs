using System.CommandLine;
using System.Globalization;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Maps;
using Cairn.Messaging.Wire;

namespace Cairn.Cli.Osds;

/// <summary>`cairn osd ops`: what an OSD is busy with, and since when.</summary>
internal static class OsdOpsCommand
{
    public static Command Create()
    {
        Argument<OsdId> osd = Arguments.Osd();
        Option<bool> slow = new("--slow") { Description = "Only those older than osd_op_complaint_time, which make SLOW_OPS of health." };
        return new Command("ops", "Lists the client operations that an OSD has not answered, oldest first.") { osd, slow }.Runs(async (cli, cancellationToken) =>
        {
            OsdMap map = await cli.Monitors.MapAsync(cancellationToken);
            using OsdAdmins admins = new(cli.Config);
            ListOpsReply reply = await admins.Of(map, cli.Get(osd)).ListOpsAsync(
                new ListOpsRequest(), deadline: OsdAdmins.Deadline, cancellationToken: cancellationToken);
            OsdOpsView view = OsdOpsView.Of(reply, onlySlow: cli.Get(slow));
            cli.Show(view, view.Write);
        });
    }
}

internal sealed record OsdOpsView(ulong ComplaintMs, IReadOnlyList<OsdOpsView.Op> Ops)
{
    internal sealed record Op(string Request, string Pgid, string Object, string Steps, string Client, string State, ulong AgeMs, bool Slow);

    public static OsdOpsView Of(ListOpsReply reply, bool onlySlow) => new(
        reply.ComplaintMs,
        [
            .. reply.Ops
                .Select(o => new Op(o.Request, o.Pg, o.Object, o.Steps, o.Client, o.State, o.AgeMs, o.AgeMs >= reply.ComplaintMs))
                .Where(o => o.Slow || !onlySlow),
        ]);

    public void Write(TextWriter output)
    {
        TextTable table = new TextTable("AGE", "REQUEST", "CLIENT", "PG", "OBJECT", "STEPS", "STATE").Right(0);
        foreach (Op op in Ops)
        {
            table.Add(
                Units.Number(op.AgeMs / 1000.0, "0.000") + "s", op.Request, op.Client, op.Pgid, op.Object, op.Steps, op.Slow ? op.State + " (slow)" : op.State);
        }

        table.Write(output);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Ops.Count} ops, {Ops.Count(o => o.Slow)} of them slow (over {ComplaintMs / 1000.0:0.###} s)"));
    }
}
