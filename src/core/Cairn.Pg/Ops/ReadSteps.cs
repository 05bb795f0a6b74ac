using Cairn.Objects.Operations;

namespace Cairn.Pg.Ops;

/// <summary>The steps that read, assert or compare, one method each.</summary>
internal static class ReadSteps
{
    public static OpFault NoObject { get; } = new(OpStatus.NotFound, "the object does not exist");

    /// <returns>Null if the step was done, or waits for data.</returns>
    public static OpFault? Run(ObjectOp step, OpRun run, out StepResult result)
    {
        result = StepResult.Done;
        if (!run.Object.Exists && step is not CompareExtentOp)
        {
            return NoObject;
        }

        switch (step)
        {
            case ReadOp s:
                Read(s, run, ref result);
                return null;
            case StatOp:
                result = new StepResult(OpStatus.Ok) { Stat = run.Stat };
                return null;
            case GetXattrOp s:
                return GetXattr(s, run, ref result);
            case GetXattrsOp:
                result = new StepResult(OpStatus.Ok) { Values = run.Object.Xattrs() };
                return null;
            case OmapGetKeysOp s:
                OmapGetKeys(s, run, ref result);
                return null;
            case OmapGetRangeOp s:
                OmapGetRange(s, run, ref result);
                return null;
            case AssertExistsOp:
                return null;
            case AssertVersionOp s:
                return run.Stat.Version == s.Version
                    ? null
                    : new(OpStatus.VersionMismatch, $"the object's version is {run.Stat.Version}, not {s.Version}");
            case CompareXattrOp s:
                return Compare($"xattr '{s.Name}'", run.Object.Xattr(s.Name), s.Comparison, s.Value);
            case OmapCompareOp s:
                return Compare($"omap key '{s.Key}'", run.Object.Omap(s.Key), s.Comparison, s.Value);
            case CompareExtentOp s:
                return CompareExtent(s, run);
            default:
                return new(OpStatus.NotSupported, "this OSD does not know the step");
        }
    }

    private static void Read(ReadOp step, OpRun run, ref StepResult result)
    {
        if (run.TryRead(step.Offset, step.Length == 0 ? ulong.MaxValue : step.Length, out ReadOnlyMemory<byte> bytes))
        {
            result = new StepResult(OpStatus.Ok) { Data = bytes };
        }
    }

    private static OpFault? GetXattr(GetXattrOp step, OpRun run, ref StepResult result)
    {
        if (run.Object.Xattr(step.Name) is not { } value)
        {
            return new(OpStatus.NoData, $"the object has no xattr '{step.Name}'");
        }

        result = new StepResult(OpStatus.Ok) { Data = value };
        return null;
    }

    private static void OmapGetKeys(OmapGetKeysOp step, OpRun run, ref StepResult result)
    {
        var values = new List<KeyValuePair<string, ReadOnlyMemory<byte>>>(step.Keys.Count);
        foreach (string key in step.Keys)
        {
            // A key that is not there is left out of the answer, as in Ceph.
            if (run.Object.Omap(key) is { } value)
            {
                values.Add(new(key, value));
            }
        }

        result = new StepResult(OpStatus.Ok) { Values = values };
    }

    private static void OmapGetRange(OmapGetRangeOp step, OpRun run, ref StepResult result)
    {
        int max = Math.Min(step.Max, run.Limits.OmapEntriesMax);
        IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> values = run.Object.OmapRange(step.After, max + 1);
        bool more = values.Count > max;
        result = new StepResult(OpStatus.Ok) { Values = more ? values.Take(max).ToList() : values, More = more };
    }

    private static OpFault? Compare(string what, ReadOnlyMemory<byte>? stored, Comparison comparison, ReadOnlyMemory<byte> given) =>
        Comparisons.Holds(stored.GetValueOrDefault().Span, comparison, given.Span)
            ? null
            : new(OpStatus.CompareFailed, $"{what} ({(stored is null ? "absent" : $"{stored.Value.Length} bytes")}) is not {Comparisons.Symbol(comparison)} the value given");

    private static OpFault? CompareExtent(CompareExtentOp step, OpRun run)
    {
        if (!run.TryRead(step.Offset, (ulong)step.Data.Length, out ReadOnlyMemory<byte> bytes))
        {
            run.Undecided = true;
            return null;
        }

        ReadOnlySpan<byte> given = step.Data.Span;
        int same = bytes.Span.CommonPrefixLength(given);
        if (same == bytes.Length)
        {
            int nonZero = given[same..].IndexOfAnyExcept((byte)0); // Past the end counts as zeroes.
            same = nonZero < 0 ? given.Length : same + nonZero;
        }

        return same == given.Length
            ? null
            : new(OpStatus.CompareFailed, $"the data differs first at byte {step.Offset + (ulong)same}");
    }
}
