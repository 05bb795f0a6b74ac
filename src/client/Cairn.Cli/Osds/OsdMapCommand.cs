using System.CommandLine;
using Cairn.Cli.Cluster;
using Cairn.Cli.Shell;
using Cairn.Maps;

namespace Cairn.Cli.Osds;

/// <summary>`cairn osd map POOL OBJECT`: where an object lives. Computed, as clients do; the object need not exist.</summary>
internal static class OsdMapCommand
{
    public static Command Create()
    {
        Argument<string> pool = new("pool") { Description = "The pool." };
        Argument<string> name = new("object") { Description = "The object's name." };
        Option<string> nspace = new("--namespace", "-N") { Description = "The object's namespace.", DefaultValueFactory = _ => "" };
        return new Command("map", "Says in which PG, and on which OSDs, an object is.") { pool, name, nspace }.Runs(async (cli, cancellationToken) =>
        {
            OsdMap map = await cli.Monitors.MapAsync(cancellationToken);
            Pool of = map.RequirePool(cli.Get(pool));
            PgId pg = map.ObjectToPg(of.Id, cli.Get(nspace)!, cli.Get(name));
            ObjectMapView view = ObjectMapView.Of(map, of, cli.Get(name), pg);
            cli.Show(view, output => output.WriteLine(
                $"e{view.Epoch} pool '{view.Pool}' ({view.PoolId}) object '{view.ObjName}' -> pg {view.Pgid} -> up {view.UpText} acting {view.ActingText}"));
        });
    }
}

internal sealed record ObjectMapView(uint Epoch, string Pool, long PoolId, string ObjName, string Pgid, int[] Up, int UpPrimary, int[] Acting, int ActingPrimary)
{
    public static ObjectMapView Of(OsdMap map, Pool pool, string name, PgId pg)
    {
        PgMapping mapping = map.MapPg(pg);
        return new ObjectMapView(
            map.Epoch.Value,
            pool.Name,
            pool.Id,
            name,
            pg.ToString(),
            [.. mapping.Up.Select(o => o.Value)],
            mapping.UpPrimary.Value,
            [.. mapping.Acting.Select(o => o.Value)],
            mapping.ActingPrimary.Value);
    }

    internal string UpText => Pgs.OsdSet.Text(Up, UpPrimary);

    internal string ActingText => Pgs.OsdSet.Text(Acting, ActingPrimary);
}
