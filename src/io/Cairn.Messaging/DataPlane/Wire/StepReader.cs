using Cairn.Maps;
using Cairn.Messaging.Wire;
using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Messaging.DataPlane.Wire;

/// <summary><c>OpStep</c> to <see cref="ObjectOp"/>; its data stays in the payload.</summary>
internal ref struct StepReader
{
    private OpStep.Types.Code _code;
    private ulong _offset;
    private ulong _length;
    private int _dataLength;
    private string? _name;
    private List<string>? _keys;
    private List<int>? _valueLengths;
    private bool _exclusive;
    private Comparison _comparison;
    private int _max;
    private uint _versionEpoch;
    private ulong _version;
    private ObjectId? _after;

    public static ObjectOp Read(ReadOnlySpan<byte> bytes, long pool, ref PayloadCursor payload)
    {
        StepReader step = default;
        step.ReadFields(bytes, pool);
        return step.Build(ref payload);
    }

    private void ReadFields(ReadOnlySpan<byte> bytes, long pool)
    {
        ProtoReader reader = new(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case StepField.Code:
                    _code = (OpStep.Types.Code)reader.Count();
                    break;
                case StepField.Offset:
                    _offset = reader.Varint();
                    break;
                case StepField.Length:
                    _length = reader.Varint();
                    break;
                case StepField.DataLength:
                    _dataLength = reader.Count();
                    break;
                case StepField.Name:
                    _name = reader.Text();
                    break;
                case StepField.Keys:
                    (_keys ??= []).Add(reader.Text());
                    break;
                case StepField.ValueLengths:
                    reader.Repeated(_valueLengths ??= []);
                    break;
                case StepField.Exclusive:
                    _exclusive = reader.Varint() != 0;
                    break;
                case StepField.Comparison:
                    _comparison = (Comparison)reader.Count((int)Comparison.LessOrEqual);
                    break;
                case StepField.Max:
                    _max = reader.Count();
                    break;
                case StepField.VersionEpoch:
                    _versionEpoch = reader.UInt32();
                    break;
                case StepField.Version:
                    _version = reader.Varint();
                    break;
                case StepField.After:
                    _after = ObjectNameCodec.Read(reader.Bytes(), pool);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private ObjectOp Build(ref PayloadCursor payload)
    {
        if (_code == OpStep.Types.Code.OmapSet)
        {
            return new OmapSetOp(EntryWriter.Join(_keys ?? [], _valueLengths ?? [], _dataLength, ref payload));
        }

        ReadOnlyMemory<byte> data = payload.Take(_dataLength);
        return _code switch
        {
            OpStep.Types.Code.Write => new WriteOp(_offset, data),
            OpStep.Types.Code.Read => new ReadOp(_offset, _length),
            OpStep.Types.Code.WriteFull => new WriteFullOp(data),
            OpStep.Types.Code.Append => new AppendOp(data),
            OpStep.Types.Code.Create => new CreateOp(_exclusive),
            OpStep.Types.Code.Truncate => new TruncateOp(_length),
            OpStep.Types.Code.Zero => new ZeroOp(_offset, _length),
            OpStep.Types.Code.Remove => new RemoveOp(),
            OpStep.Types.Code.SetXattr => new SetXattrOp(RequireName(), data),
            OpStep.Types.Code.RemoveXattr => new RemoveXattrOp(RequireName()),
            OpStep.Types.Code.OmapRemoveKeys => new OmapRemoveKeysOp(_keys ?? []),
            OpStep.Types.Code.OmapClear => new OmapClearOp(),
            OpStep.Types.Code.Stat => new StatOp(),
            OpStep.Types.Code.GetXattr => new GetXattrOp(RequireName()),
            OpStep.Types.Code.GetXattrs => new GetXattrsOp(),
            OpStep.Types.Code.OmapGetKeys => new OmapGetKeysOp(_keys ?? []),
            OpStep.Types.Code.OmapGetRange => new OmapGetRangeOp(_name, _max),
            OpStep.Types.Code.AssertExists => new AssertExistsOp(),
            OpStep.Types.Code.AssertVersion => new AssertVersionOp(new Eversion(new Epoch(_versionEpoch), _version)),
            OpStep.Types.Code.CompareXattr => new CompareXattrOp(RequireName(), RequireComparison(), data),
            OpStep.Types.Code.CompareExtent => new CompareExtentOp(_offset, data),
            OpStep.Types.Code.OmapCompare => new OmapCompareOp(RequireName(), RequireComparison(), data),
            OpStep.Types.Code.ListObjects => new ListObjectsOp(_after, _max, _name),
            _ => throw new FrameFormatException($"unknown operation code {(int)_code}"),
        };
    }

    private readonly string RequireName() => _name ?? throw new FrameFormatException($"{_code} without a name");

    private readonly Comparison RequireComparison() =>
        _comparison != 0 ? _comparison : throw new FrameFormatException($"{_code} without a comparison");
}
