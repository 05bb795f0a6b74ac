using Cairn.Messaging.Wire;

namespace Cairn.Cli.Status;

internal sealed record MonView(string Leader, ulong Term, IReadOnlyList<MonView.Monitor> Monitors, ulong CommitIndex, string AnsweredBy)
{
    internal sealed record Monitor(string Name, string Address, string RaftAddress, bool InQuorum);

    public static MonView Of(MonStatReply reply) => new(
        reply.Leader,
        reply.Term,
        [.. reply.Monitors.Select(m => new Monitor(m.Name, m.Address, m.RaftAddress, m.InQuorum))],
        reply.CommitIndex,
        reply.AnsweredBy);

    /// <summary>"3 daemons, quorum a,b,c (leader a, term 4)".</summary>
    internal string Sentence
    {
        get
        {
            string missing = Names(inQuorum: false);
            return $"{Monitors.Count} daemons, quorum {Names(inQuorum: true)} ({(Leader.Length > 0 ? $"leader {Leader}, term {Term}" : "no leader")})"
                + (missing.Length > 0 ? $", out of quorum: {missing}" : "");
        }
    }

    private string Names(bool inQuorum) => string.Join(',', Monitors.Where(m => m.InQuorum == inQuorum).Select(m => m.Name));
}
