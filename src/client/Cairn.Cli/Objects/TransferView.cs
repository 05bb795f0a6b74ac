using Cairn.Cli.Shell;

namespace Cairn.Cli.Objects;

internal sealed record TransferView(long Files, long Bytes, double Seconds)
{
    internal string Sentence =>
        $"{Files} files, {Units.Bytes(Bytes)} in {Units.Age(TimeSpan.FromSeconds(Seconds))} ({Units.Bytes(Seconds > 0 ? Bytes / Seconds : 0)}/s)";
}
