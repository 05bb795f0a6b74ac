using System.Globalization;
using System.Text;
using Cairn.Client;
using Cairn.Objects.Operations;
using Cairn.Simulation.Chance;

namespace Cairn.Cluster.Tests.Soak;

/// <summary>What one client does to objects that others change too: the simulator's mix. Every value is unlike all others, so that a lost, repeated or stale one shows.</summary>
public sealed class OperationMix(SeededRandom random, string client, int largeBytes)
{
    private int _values;

    /// <param name="isLarge">Objects of several recovery chunks.</param>
    /// <param name="lastRead">What this client last read of the object: a compare with it holds, or fails, depending on what the others did.</param>
    public IReadOnlyList<ObjectOp> Next(bool isLarge, ReadOnlyMemory<byte> lastRead) => random.Below(20) switch
    {
        < 6 => [new ReadOp(0, 0)],
        < 9 => [new WriteFullOp(Value(isLarge))],
        < 12 => [new AppendOp(Value(false))],
        < 14 => [new WriteOp((ulong)random.Below(isLarge ? largeBytes : 24), Value(false))],
        14 => [new TruncateOp((ulong)random.Below(isLarge ? largeBytes : 24))],
        15 => [new RemoveOp()],
        16 => [new SetXattrOp("mark", Value(false)), new AppendOp(Value(false))],
        17 => [new GetXattrOp("mark")],
        18 => [new CreateOp(Exclusive: true), new WriteFullOp(Value(isLarge))],
        _ => [new CompareExtentOp(0, lastRead), new WriteFullOp(Value(isLarge))],
    };

    /// <summary>The steps as the client library takes them.</summary>
    public static ObjectOperation ToOperation(IEnumerable<ObjectOp> steps) => steps.Aggregate(new ObjectOperation(), static (operation, step) => step switch
    {
        ReadOp s => operation.Read(s.Offset, s.Length),
        WriteFullOp s => operation.WriteFull(s.Data),
        AppendOp s => operation.Append(s.Data),
        WriteOp s => operation.Write(s.Offset, s.Data),
        TruncateOp s => operation.Truncate(s.Size),
        RemoveOp => operation.Remove(),
        SetXattrOp s => operation.SetXattr(s.Name, s.Value),
        GetXattrOp s => operation.GetXattr(s.Name),
        CreateOp s => operation.Create(s.Exclusive),
        CompareExtentOp s => operation.CompareExtent(s.Offset, s.Data),
        _ => throw new NotSupportedException($"the mix has no {step.GetType().Name}"),
    });

    private byte[] Value(bool large)
    {
        byte[] value = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{client}{_values++};"));
        if (!large)
        {
            return value;
        }

        byte[] all = new byte[largeBytes];
        for (int i = 0; i < all.Length; i += value.Length)
        {
            value.AsSpan(0, Math.Min(value.Length, all.Length - i)).CopyTo(all.AsSpan(i));
        }

        return all;
    }
}
