using Cairn.Cli.Shell;
using Cairn.Messaging.Wire;

namespace Cairn.Cli.Pgs;

internal sealed record PgSummaryView(
    uint Epoch, uint Pgs, IReadOnlyDictionary<string, uint> PgStates, ulong Objects, ulong Bytes, ulong UsedBytes, ulong AvailableBytes, ulong CapacityBytes,
    ulong ObjectCopies, ulong ObjectsDegraded, ulong ObjectsMisplaced, ulong ObjectsUnfound)
{
    public static PgSummaryView Of(StatusReply reply) => new(
        reply.Epoch, reply.Pgs, reply.PgStates.ToDictionary(s => s.State, s => s.Pgs), reply.Objects, reply.Bytes, reply.UsedBytes, reply.AvailableBytes,
        reply.CapacityBytes, reply.ObjectCopies, reply.ObjectsDegraded, reply.ObjectsMisplaced, reply.ObjectsUnfound);

    public void Write(TextWriter output)
    {
        string states = string.Join(", ", PgStates.Select(s => $"{s.Value} {s.Key}"));
        string line = $"{Pgs} pgs: {(states.Length > 0 ? states : "none")}; {Units.Bytes(Bytes)} data, {Units.Bytes(UsedBytes)} used, {Units.Bytes(AvailableBytes)} / {Units.Bytes(CapacityBytes)} avail";
        line += Share(ObjectsDegraded, ObjectCopies, "degraded") + Share(ObjectsMisplaced, ObjectCopies, "misplaced") + Share(ObjectsUnfound, Objects, "unfound");
        output.WriteLine(line);
    }

    private static string Share(ulong part, ulong whole, string what) => part == 0 ? "" : $"; {part}/{whole} objects {what} ({Units.Percent(part, whole)}%)";
}
