using Cairn.Maps;
using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Messaging.DataPlane.Wire;

/// <summary><see cref="OsdOp"/> to and from <c>OsdOpRequest</c>.</summary>
internal static class OsdOpCodec
{
    private const int StepsMax = 1024;

    public static void Write(ProtoWriter writer, OsdOp op, List<ReadOnlyMemory<byte>> payload)
    {
        int mark = writer.Begin(HeaderField.OsdOp);
        writer.Fixed64(1, op.Id.Client);
        writer.Varint(2, op.Id.Sequence);
        writer.Varint(3, (ulong)op.Pg.Pool);
        writer.Varint(4, op.Pg.Seed);
        writer.Varint(5, op.MapEpoch.Value);
        if (op.Object is { } id)
        {
            ObjectNameCodec.Write(writer, 6, id, op.Pg.Pool);
        }

        for (int i = 0; i < op.Steps.Count; i++)
        {
            StepWriter.Write(writer, 7, op.Steps[i], op.Pg.Pool, payload);
        }

        writer.End(mark);
    }

    public static OsdOp Read(ReadOnlySpan<byte> bytes, ReadOnlyMemory<byte> payload)
    {
        ulong client = 0, sequence = 0;
        long pool = 0;
        uint seed = 0, epoch = 0;
        ReadOnlySpan<byte> name = default;
        bool hasName = false;
        int stepCount = 0;
        ProtoReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    client = reader.Fixed64();
                    break;
                case 2:
                    sequence = reader.Varint();
                    break;
                case 3:
                    pool = (long)reader.Varint();
                    break;
                case 4:
                    seed = reader.UInt32();
                    break;
                case 5:
                    epoch = reader.UInt32();
                    break;
                case 6:
                    name = reader.Bytes();
                    hasName = true;
                    break;
                case 7:
                    reader.Bytes();
                    stepCount++;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        ObjectId? id = hasName ? ObjectNameCodec.Read(name, pool) : null;
        return new OsdOp(new RequestId(client, sequence), new PgId(pool, seed), id, new Epoch(epoch), ReadSteps(bytes, stepCount, pool, payload));
    }

    // A second pass: the fields before the steps may come in any order, and the number of steps sizes the array.
    private static ObjectOp[] ReadSteps(ReadOnlySpan<byte> bytes, int count, long pool, ReadOnlyMemory<byte> payload)
    {
        if (count > StepsMax)
        {
            throw new FrameFormatException($"an operation of {count} steps, at most {StepsMax} are allowed");
        }

        ObjectOp[] steps = new ObjectOp[count];
        PayloadCursor cursor = new(payload);
        ProtoReader reader = new(bytes);
        int next = 0;
        while (reader.Next())
        {
            if (reader.Field == 7)
            {
                steps[next++] = StepReader.Read(reader.Bytes(), pool, ref cursor);
            }
            else
            {
                reader.Skip();
            }
        }

        cursor.RequireEnd();
        return steps;
    }
}
