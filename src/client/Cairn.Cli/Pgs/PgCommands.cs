using System.CommandLine;
using System.Globalization;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Maps;
using Cairn.Maps.Stats;
using Cairn.Messaging.Wire;

namespace Cairn.Cli.Pgs;

/// <summary>`cairn pg`.</summary>
internal static class PgCommands
{
    public static Command Create() => new("pg", "The placement groups: what state each is in, and on which OSDs.")
    {
        Stat(), Dump(), Map(), Query(),
    };

    private static Command Stat() => new Command("stat", "Counts the PGs in each state.").Runs(async (cli, cancellationToken) =>
    {
        PgSummaryView view = PgSummaryView.Of(await cli.Monitors.StatusAsync(cancellationToken));
        cli.Show(view, view.Write);
    });

    private static Command Dump()
    {
        Option<string?> pool = new("--pool", "-p") { Description = "Only PGs of this pool." };
        Option<string[]> states = new("--state") { Description = "Only PGs in this state: degraded, peering, ...; again: in all of them." };
        Argument<string[]> pgs = new("pg") { Description = "Only these PGs.", Arity = ArgumentArity.ZeroOrMore };
        return new Command("dump", "Lists the PGs.") { pgs, pool, states }.Runs(async (cli, cancellationToken) =>
        {
            PgDumpRequest request = new() { States = { cli.Get(states) ?? [] }, Pgs = { cli.Get(pgs) } };
            if (cli.Get(pool) is { } name)
            {
                request.Pool = (await cli.Monitors.MapAsync(cancellationToken)).RequirePool(name).Id;
            }

            IReadOnlyList<PgStat> stats = await cli.Monitors.ListAsync((m, options) => m.PgDump(request, options), cancellationToken);
            IReadOnlyList<PgView> view = [.. stats.OrderBy(s => (s.Pool, s.Seed)).Select(PgView.Of)];
            cli.Show(view, output => WriteDump(view, output));
        });
    }

    private static Command Map()
    {
        Argument<string> pg = new("pg") { Description = "POOL-ID.SEED: 1.2f." };
        return new Command("map", "Says on which OSDs a PG is.") { pg }.Runs(async (cli, cancellationToken) =>
        {
            OsdMap map = await cli.Monitors.MapAsync(cancellationToken);
            PgId id = map.RequirePg(cli.Get(pg));
            PgMapping at = map.MapPg(id);
            PgMapView view = new(
                map.Epoch.Value, id.ToString(), [.. at.Up.Select(o => o.Value)], at.UpPrimary.Value, [.. at.Acting.Select(o => o.Value)], at.ActingPrimary.Value);
            cli.Show(view, output => output.WriteLine(
                $"e{view.Epoch} pg {view.Pgid} -> up {OsdSet.Text(view.Up, view.UpPrimary)} acting {OsdSet.Text(view.Acting, view.ActingPrimary)}"));
        });
    }

    private static Command Query()
    {
        Argument<string> pg = new("pg") { Description = "POOL-ID.SEED: 1.2f." };
        return new Command("query", "Asks a PG's primary for all it knows of it, as JSON.") { pg }.Runs(async (cli, cancellationToken) =>
        {
            OsdMap map = await cli.Monitors.MapAsync(cancellationToken);
            PgId id = map.RequirePg(cli.Get(pg));
            using OsdAdmins admins = new(cli.Config);
            QueryPgReply reply = await admins.PrimaryOf(map, id).QueryPgAsync(
                new QueryPgRequest { Pool = id.Pool, Seed = id.Seed }, deadline: OsdAdmins.Deadline, cancellationToken: cancellationToken);
            cli.Output.WriteLine(reply.Json);
        });
    }

    private static void WriteDump(IReadOnlyList<PgView> view, TextWriter output)
    {
        TextTable table = new TextTable("PG", "OBJECTS", "DEGRADED", "MISPLACED", "UNFOUND", "BYTES", "LOG", "STATE", "VERSION", "REPORTED", "UP", "ACTING", "DEEP SCRUB")
            .Right(1, 2, 3, 4, 5, 6);
        static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
        foreach (PgView pg in view)
        {
            table.Add(
                pg.Pgid, Text(pg.Objects), Text(pg.Degraded), Text(pg.Misplaced), Text(pg.Unfound), Text(pg.Bytes), Text(pg.LogEntries), pg.State, pg.Version,
                $"e{pg.ReportedEpoch}", pg.UpText, pg.ActingText, Units.Timestamp(pg.LastDeepScrubUnixMs));
        }

        table.Write(output);
    }
}
