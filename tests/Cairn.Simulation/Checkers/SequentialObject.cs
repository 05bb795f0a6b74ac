using System.Text;
using Cairn.Objects.Operations;
using Cairn.Simulation.History;

namespace Cairn.Simulation.Checkers;

/// <summary>
/// What one object does when operations come one at a time: the specification that histories are held to. Written apart from
/// the product's own execution of operations, in the plainest way.
/// </summary>
public static class SequentialObject
{
    /// <returns>The state after, or null if the answer given is not one this state can give.</returns>
    public static ObjectValue? Apply(ObjectValue before, Operation operation)
    {
        if (operation.Reply is { Status: OpStatus.IoError or OpStatus.NoSpace })
        {
            return before; // The one copy at hand was spoiled, or there was no room: told as what it is, and nothing was changed.
        }

        ObjectValue state = before;
        OsdOpReply? reply = operation.Reply;
        for (int i = 0; i < operation.Steps.Count; i++)
        {
            (OpStatus status, ObjectValue after, ReadOnlyMemory<byte>? read) = Apply(state, operation.Steps[i]);
            if (status != OpStatus.Ok)
            {
                // It changes nothing; if it was answered, then with this status.
                return reply is null || reply.Status == status ? before : null;
            }

            // A resend answered from the log tells no results, only that it was done.
            if (read is { } bytes && reply is { Status: OpStatus.Ok } && reply.Results.Count > i
                && !reply.Results[i].Data.Span.SequenceEqual(bytes.Span))
            {
                return null;
            }

            state = after;
        }

        return reply is null || reply.Status == OpStatus.Ok ? state : null;
    }

    private static (OpStatus Status, ObjectValue After, ReadOnlyMemory<byte>? Read) Apply(ObjectValue v, ObjectOp step)
    {
        switch (step)
        {
            case CreateOp s:
                return s.Exclusive && v.Exists ? (OpStatus.Exists, v, null) : (OpStatus.Ok, v.WithData(v.Data), null);
            case WriteFullOp s:
                return (OpStatus.Ok, v.WithData(s.Data.ToArray()), null);
            case AppendOp s:
                return (OpStatus.Ok, v.WithData(Overwrite(v.Data, v.Data.Length, s.Data.Span)), null);
            case WriteOp s:
                return (OpStatus.Ok, v.WithData(Overwrite(v.Data, (int)s.Offset, s.Data.Span)), null);
            case TruncateOp s:
                return (OpStatus.Ok, v.Exists ? v.WithData(Resize(v.Data, (int)s.Size)) : v, null);
            case RemoveOp:
                return v.Exists ? (OpStatus.Ok, ObjectValue.Absent, null) : (OpStatus.NotFound, v, null);
            case SetXattrOp s:
                return (OpStatus.Ok, new ObjectValue(true, v.Data, Encoding.UTF8.GetString(s.Value.Span)), null);
            case ReadOp:
                return v.Exists ? (OpStatus.Ok, v, v.Data) : (OpStatus.NotFound, v, null);
            case GetXattrOp:
                return !v.Exists ? (OpStatus.NotFound, v, null) : v.Mark is null ? (OpStatus.NoData, v, null) : (OpStatus.Ok, v, Encoding.UTF8.GetBytes(v.Mark));
            case CompareExtentOp s:
                return (Resize(v.Data, Math.Max(v.Data.Length, s.Data.Length)).AsSpan(0, s.Data.Length).SequenceEqual(s.Data.Span)
                    ? OpStatus.Ok : OpStatus.CompareFailed, v, null);
            case CompareXattrOp s:
                return !v.Exists ? (OpStatus.NotFound, v, null)
                    : ((v.Mark ?? "") == Encoding.UTF8.GetString(s.Value.Span) ? OpStatus.Ok : OpStatus.CompareFailed, v, null);
            default:
                throw new NotSupportedException($"no workload uses {step.GetType().Name}");
        }
    }

    private static byte[] Overwrite(byte[] data, int offset, ReadOnlySpan<byte> with)
    {
        byte[] after = Resize(data, with.IsEmpty ? data.Length : Math.Max(data.Length, offset + with.Length));
        with.CopyTo(after.AsSpan(Math.Min(offset, after.Length)));
        return after;
    }

    private static byte[] Resize(byte[] data, int size)
    {
        byte[] after = new byte[size];
        data.AsSpan(0, Math.Min(size, data.Length)).CopyTo(after);
        return after;
    }
}
