namespace Cairn.Cli.Pgs;

internal sealed record PgMapView(uint Epoch, string Pgid, int[] Up, int UpPrimary, int[] Acting, int ActingPrimary);
