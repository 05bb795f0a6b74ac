using System.Globalization;
using Cairn.Cli.Shell;
using Cairn.Maps.Stats;
using Cairn.Messaging.Wire;

namespace Cairn.Cli.Status;

/// <summary>What `cairn status` shows.</summary>
internal sealed record StatusView(
    Guid Fsid,
    HealthView Health,
    MonView Monitors,
    StatusView.OsdsPart Osds,
    StatusView.DataPart Data,
    StatusView.IoPart Io)
{
    internal sealed record OsdsPart(uint Epoch, uint Total, uint Up, uint In, IReadOnlyList<string> Flags);

    internal sealed record DataPart(
        uint Pools,
        uint Pgs,
        IReadOnlyDictionary<string, uint> PgStates,
        ulong Objects,
        ulong Bytes,
        ulong ObjectCopies,
        ulong ObjectsDegraded,
        ulong ObjectsMisplaced,
        ulong ObjectsUnfound,
        ulong CapacityBytes,
        ulong UsedBytes,
        ulong AvailableBytes);

    internal sealed record IoPart(
        double ReadBytesPerSecond,
        double WriteBytesPerSecond,
        double ReadOpsPerSecond,
        double WriteOpsPerSecond,
        double RecoveredBytesPerSecond,
        double RecoveredObjectsPerSecond);

    public static StatusView Of(StatusReply reply) => new(
        new Guid(reply.Fsid.Span, bigEndian: true),
        HealthView.Of(reply.Health),
        MonView.Of(reply.Monitors),
        new OsdsPart(reply.Epoch, reply.Osds, reply.OsdsUp, reply.OsdsIn, [.. reply.Flags]),
        new DataPart(
            reply.Pools,
            reply.Pgs,
            reply.PgStates.ToDictionary(s => s.State, s => s.Pgs),
            reply.Objects,
            reply.Bytes,
            reply.ObjectCopies,
            reply.ObjectsDegraded,
            reply.ObjectsMisplaced,
            reply.ObjectsUnfound,
            reply.CapacityBytes,
            reply.UsedBytes,
            reply.AvailableBytes),
        new IoPart(
            reply.ReadBytesPerSecond,
            reply.WriteBytesPerSecond,
            reply.ReadOpsPerSecond,
            reply.WriteOpsPerSecond,
            reply.RecoveredBytesPerSecond,
            reply.RecoveredObjectsPerSecond));

    public void Write(TextWriter output)
    {
        output.WriteLine("  cluster:");
        output.WriteLine($"    id:     {Fsid}");
        output.WriteLine($"    health: {Health.Status}");
        foreach (HealthView.Check check in Health.Checks.Where(c => !c.Muted))
        {
            output.WriteLine($"            {check.Summary}");
        }

        output.WriteLine();
        output.WriteLine("  services:");
        output.WriteLine($"    mon: {Monitors.Sentence}");
        output.WriteLine($"    osd: {Osds.Total} osds: {Osds.Up} up, {Osds.In} in; epoch e{Osds.Epoch}");
        if (Osds.Flags.Count > 0)
        {
            output.WriteLine($"         flags {string.Join(',', Osds.Flags)}");
        }

        output.WriteLine();
        output.WriteLine("  data:");
        output.WriteLine($"    pools:   {Data.Pools} pools, {Data.Pgs} pgs");
        output.WriteLine($"    objects: {Units.Count(Data.Objects)} objects, {Units.Bytes(Data.Bytes)}");
        output.WriteLine($"    usage:   {Units.Bytes(Data.UsedBytes)} used, {Units.Bytes(Data.AvailableBytes)} / {Units.Bytes(Data.CapacityBytes)} avail");
        WritePgs(output);
        WriteIo(output);
    }

    private void WritePgs(TextWriter output)
    {
        List<string> lines = [];
        void AddShare(ulong copies, string what)
        {
            if (copies > 0)
            {
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{copies}/{Data.ObjectCopies} object copies {what} ({Units.Percent(copies, Data.ObjectCopies)}%)"));
            }
        }

        AddShare(Data.ObjectsDegraded, "degraded");
        AddShare(Data.ObjectsMisplaced, "misplaced");
        if (Data.ObjectsUnfound > 0)
        {
            lines.Add($"{Data.ObjectsUnfound}/{Data.Objects} objects unfound");
        }

        int width = Data.PgStates.Values.Select(n => n.ToString(CultureInfo.InvariantCulture).Length).DefaultIfEmpty().Max();
        lines.AddRange(Data.PgStates.Select(s => s.Value.ToString(CultureInfo.InvariantCulture).PadRight(width) + " " + s.Key));
        for (int i = 0; i < lines.Count; i++)
        {
            output.WriteLine((i == 0 ? "    pgs:     " : "             ") + lines[i]);
        }
    }

    private void WriteIo(TextWriter output)
    {
        bool isClient = Io.ReadOpsPerSecond + Io.WriteOpsPerSecond >= 0.5;
        bool isRecovery = Io.RecoveredBytesPerSecond + Io.RecoveredObjectsPerSecond > 0;
        if (!isClient && !isRecovery)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("  io:");
        if (isClient)
        {
            output.WriteLine(
                $"    client:   {Units.Bytes(Io.ReadBytesPerSecond)}/s rd, {Units.Bytes(Io.WriteBytesPerSecond)}/s wr, "
                + $"{Units.Count(Io.ReadOpsPerSecond)} op/s rd, {Units.Count(Io.WriteOpsPerSecond)} op/s wr");
        }

        if (isRecovery)
        {
            output.WriteLine($"    recovery: {Units.Bytes(Io.RecoveredBytesPerSecond)}/s, {Units.Count(Io.RecoveredObjectsPerSecond)} objects/s");
        }
    }
}
