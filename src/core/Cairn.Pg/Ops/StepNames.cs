using Cairn.Objects.Operations;

namespace Cairn.Pg.Ops;

/// <summary>How messages name a step: by its place and kind.</summary>
public static class StepNames
{
    internal static string Describe(IReadOnlyList<ObjectOp> steps, int index, string message) =>
        $"step {index + 1} of {steps.Count} ({Of(steps[index])}): {message}";

    public static string Of(ObjectOp step) => step switch
    {
        CreateOp => "create",
        WriteOp => "write",
        WriteFullOp => "write-full",
        AppendOp => "append",
        TruncateOp => "truncate",
        ZeroOp => "zero",
        RemoveOp => "remove",
        SetXattrOp => "set-xattr",
        RemoveXattrOp => "remove-xattr",
        OmapSetOp => "omap-set",
        OmapRemoveKeysOp => "omap-remove-keys",
        OmapClearOp => "omap-clear",
        ReadOp => "read",
        StatOp => "stat",
        GetXattrOp => "get-xattr",
        GetXattrsOp => "get-xattrs",
        OmapGetKeysOp => "omap-get-keys",
        OmapGetRangeOp => "omap-get-range",
        AssertExistsOp => "assert-exists",
        AssertVersionOp => "assert-version",
        CompareXattrOp => "compare-xattr",
        CompareExtentOp => "compare-extent",
        OmapCompareOp => "omap-compare",
        ListObjectsOp => "list-objects",
        _ => step.GetType().Name,
    };
}
