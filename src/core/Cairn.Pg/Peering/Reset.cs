namespace Cairn.Pg.Peering;

/// <summary>An interval ended; the next state waits for the newest map (<see cref="Inputs.ActMap"/>).</summary>
internal sealed class Reset(PgCore pg) : PeeringState(pg)
{
    public override string Name => "unknown";
}
