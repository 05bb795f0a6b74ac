using Cairn.Maps.Commands;

namespace Cairn.Monitor.State.Applying;

/// <summary>What became of one change of an entry.</summary>
public sealed record ChangeResult(CommandStatus Status, string Message)
{
    public int Osd { get; init; } = -1;

    public long Pool { get; init; } = -1;

    /// <summary>The epoch that holds the change, or the current one if nothing had to change.</summary>
    public uint Epoch { get; init; }

    /// <summary>Not now: propose it again, after <see cref="RetryAfterMs"/>.</summary>
    public bool Retry { get; init; }

    public long RetryAfterMs { get; init; }

    public static ChangeResult Ok(string message = "") => new(CommandStatus.Ok, message);

    public static ChangeResult Invalid(string message) => new(CommandStatus.Invalid, message);

    public static ChangeResult NotFound(string message) => new(CommandStatus.NotFound, message);

    public static ChangeResult Exists(string message) => new(CommandStatus.Exists, message);

    public static ChangeResult Refused(string message) => new(CommandStatus.Refused, message);

    public static ChangeResult Later(string message, long afterMs = 0) =>
        new(CommandStatus.Refused, message) { Retry = true, RetryAfterMs = afterMs };

    public CommandResult ToWire() => new() { Status = Status, Message = Message, Epoch = Epoch, Osd = Osd, Pool = Pool };

    public static ChangeResult FromWire(CommandResult result) =>
        new(result.Status, result.Message) { Osd = result.Osd, Pool = result.Pool, Epoch = result.Epoch };
}
