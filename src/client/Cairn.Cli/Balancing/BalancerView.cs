using Cairn.Cli.Shell;

namespace Cairn.Cli.Balancing;

/// <summary>The balancer, and what it has left to do.</summary>
internal sealed record BalancerView(string Mode, string TargetMaxMisplacedRatio, double Deviation, int MovesLeft, int UpmapItems)
{
    public void Write(TextWriter output)
    {
        output.WriteLine($"mode                        {Mode}");
        output.WriteLine($"target_max_misplaced_ratio  {TargetMaxMisplacedRatio}");
        output.WriteLine($"furthest from fair share    {Units.Number(Deviation, "0.0")} PGs");
        output.WriteLine($"replicas still to move      {MovesLeft}");
        output.WriteLine($"PGs with upmap items        {UpmapItems}");
    }
}
