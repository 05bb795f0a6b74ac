using Cairn.Messaging.Wire;
using Cairn.Objects.Operations;

namespace Cairn.Messaging.DataPlane.Wire;

/// <summary><see cref="ObjectOp"/> to <c>OpStep</c>; data goes to the payload.</summary>
internal static class StepWriter
{
    public static int DataLength(ObjectOp step) => step switch
    {
        WriteOp s => s.Data.Length,
        WriteFullOp s => s.Data.Length,
        AppendOp s => s.Data.Length,
        SetXattrOp s => s.Value.Length,
        OmapSetOp s => s.Values.Sum(static v => v.Value.Length),
        CompareXattrOp s => s.Value.Length,
        CompareExtentOp s => s.Data.Length,
        OmapCompareOp s => s.Value.Length,
        _ => 0,
    };

    public static void Write(ProtoWriter writer, int field, ObjectOp step, long pool, List<ReadOnlyMemory<byte>> payload)
    {
        int mark = writer.Begin(field);
        switch (step)
        {
            case WriteOp s:
                Code(writer, OpStep.Types.Code.Write);
                writer.Varint(StepField.Offset, s.Offset);
                Data(writer, s.Data, payload);
                break;
            case ReadOp s:
                Code(writer, OpStep.Types.Code.Read);
                writer.Varint(StepField.Offset, s.Offset);
                writer.Varint(StepField.Length, s.Length);
                break;
            case WriteFullOp s:
                Code(writer, OpStep.Types.Code.WriteFull);
                Data(writer, s.Data, payload);
                break;
            case AppendOp s:
                Code(writer, OpStep.Types.Code.Append);
                Data(writer, s.Data, payload);
                break;
            case CreateOp s:
                Code(writer, OpStep.Types.Code.Create);
                writer.Flag(StepField.Exclusive, s.Exclusive);
                break;
            case TruncateOp s:
                Code(writer, OpStep.Types.Code.Truncate);
                writer.Varint(StepField.Length, s.Size);
                break;
            case ZeroOp s:
                Code(writer, OpStep.Types.Code.Zero);
                writer.Varint(StepField.Offset, s.Offset);
                writer.Varint(StepField.Length, s.Length);
                break;
            case RemoveOp:
                Code(writer, OpStep.Types.Code.Remove);
                break;
            case StatOp:
                Code(writer, OpStep.Types.Code.Stat);
                break;
            case AssertExistsOp:
                Code(writer, OpStep.Types.Code.AssertExists);
                break;
            case AssertVersionOp s:
                Code(writer, OpStep.Types.Code.AssertVersion);
                writer.Varint(StepField.VersionEpoch, s.Version.Epoch.Value);
                writer.Varint(StepField.Version, s.Version.Version);
                break;
            case CompareExtentOp s:
                Code(writer, OpStep.Types.Code.CompareExtent);
                writer.Varint(StepField.Offset, s.Offset);
                Data(writer, s.Data, payload);
                break;
            case ListObjectsOp s:
                Code(writer, OpStep.Types.Code.ListObjects);
                WriteList(writer, s, pool);
                break;
            default:
                WriteAttribute(writer, step, payload);
                break;
        }

        writer.End(mark);
    }

    private static void WriteAttribute(ProtoWriter writer, ObjectOp step, List<ReadOnlyMemory<byte>> payload)
    {
        switch (step)
        {
            case SetXattrOp s:
                Code(writer, OpStep.Types.Code.SetXattr);
                writer.TextAlways(StepField.Name, s.Name);
                Data(writer, s.Value, payload);
                break;
            case RemoveXattrOp s:
                Code(writer, OpStep.Types.Code.RemoveXattr);
                writer.TextAlways(StepField.Name, s.Name);
                break;
            case GetXattrOp s:
                Code(writer, OpStep.Types.Code.GetXattr);
                writer.TextAlways(StepField.Name, s.Name);
                break;
            case GetXattrsOp:
                Code(writer, OpStep.Types.Code.GetXattrs);
                break;
            case OmapSetOp s:
                Code(writer, OpStep.Types.Code.OmapSet);
                EntryWriter.Write(writer, StepField.DataLength, StepField.Keys, StepField.ValueLengths, s.Values, payload);
                break;
            case OmapRemoveKeysOp s:
                Code(writer, OpStep.Types.Code.OmapRemoveKeys);
                Keys(writer, s.Keys);
                break;
            case OmapClearOp:
                Code(writer, OpStep.Types.Code.OmapClear);
                break;
            case OmapGetKeysOp s:
                Code(writer, OpStep.Types.Code.OmapGetKeys);
                Keys(writer, s.Keys);
                break;
            case OmapGetRangeOp s:
                Code(writer, OpStep.Types.Code.OmapGetRange);
                if (s.After is { } after)
                {
                    writer.TextAlways(StepField.Name, after);
                }

                writer.Varint(StepField.Max, (ulong)s.Max);
                break;
            case CompareXattrOp s:
                Code(writer, OpStep.Types.Code.CompareXattr);
                writer.TextAlways(StepField.Name, s.Name);
                writer.Varint(StepField.Comparison, (ulong)s.Comparison);
                Data(writer, s.Value, payload);
                break;
            case OmapCompareOp s:
                Code(writer, OpStep.Types.Code.OmapCompare);
                writer.TextAlways(StepField.Name, s.Key);
                writer.Varint(StepField.Comparison, (ulong)s.Comparison);
                Data(writer, s.Value, payload);
                break;
            default:
                throw new NotSupportedException($"{step.GetType().Name} has no form on the wire");
        }
    }

    private static void WriteList(ProtoWriter writer, ListObjectsOp list, long pool)
    {
        if (list.Namespace is { } nspace)
        {
            writer.TextAlways(StepField.Name, nspace);
        }

        writer.Varint(StepField.Max, (ulong)list.Max);
        if (list.After is { } after)
        {
            ObjectNameCodec.Write(writer, StepField.After, after, pool);
        }
    }

    private static void Code(ProtoWriter writer, OpStep.Types.Code code) => writer.Varint(StepField.Code, (ulong)code);

    private static void Data(ProtoWriter writer, ReadOnlyMemory<byte> data, List<ReadOnlyMemory<byte>> payload)
    {
        writer.Varint(StepField.DataLength, (ulong)data.Length);
        payload.Add(data);
    }

    private static void Keys(ProtoWriter writer, IReadOnlyList<string> keys)
    {
        for (int i = 0; i < keys.Count; i++)
        {
            writer.TextAlways(StepField.Keys, keys[i]);
        }
    }
}
