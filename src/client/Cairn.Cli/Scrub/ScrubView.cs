using Cairn.Cli.Shell;

namespace Cairn.Cli.Scrub;

internal sealed record ScrubView(bool Deep, int Pgs, IReadOnlyList<string> Inconsistent, ulong Errors, double Seconds)
{
    public void Write(TextWriter output)
    {
        output.WriteLine($"{(Deep ? "deep-scrubbed" : "scrubbed")} {Pgs} PGs in {Units.Age(TimeSpan.FromSeconds(Seconds))}: {(Errors == 0 ? "all copies agree" : $"{Errors} errors")}");
        foreach (string pg in Inconsistent)
        {
            output.WriteLine($"  {pg} is inconsistent: 'cairn scrub --repair {pg}' rewrites bad copies from good ones");
        }
    }
}
