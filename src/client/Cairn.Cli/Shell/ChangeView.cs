namespace Cairn.Cli.Shell;

/// <summary>What a change did: in which epoch it is, and the id of what it made.</summary>
internal sealed record ChangeView(string Message, uint Epoch, int? Osd, long? Pool)
{
    public static ChangeView Of(Maps.Commands.CommandResult result) => new(
        result.Message,
        result.Epoch,
        result.Osd < 0 ? null : result.Osd,
        result.Pool < 0 ? null : result.Pool);
}
