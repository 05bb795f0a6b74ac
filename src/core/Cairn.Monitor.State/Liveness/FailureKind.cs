namespace Cairn.Monitor.State.Liveness;

/// <summary>What a reporter saw of a peer.</summary>
public enum FailureKind
{
    /// <summary>No answer to heartbeats.</summary>
    NoAnswer,

    /// <summary>Connections are refused: the host answers, and says that the process is gone.</summary>
    ProcessGone,

    /// <summary>It answers again.</summary>
    StillAlive,
}
