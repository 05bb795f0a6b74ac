using Cairn.Maps.Commands;

namespace Cairn.Client;

/// <summary>The monitors refused a command; nothing was changed. The message is theirs.</summary>
public sealed class CommandRefusedException(CommandResult result) : IOException(result.Message)
{
    public CommandStatus Status { get; } = result.Status;
}
