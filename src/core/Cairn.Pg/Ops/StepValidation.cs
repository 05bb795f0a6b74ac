using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Pg.Ops;

/// <summary>Checks of one step on an object: names, sizes and ranges.</summary>
internal static class StepValidation
{
    public static OpFault? Check(ObjectOp step, OpLimits limits) => step switch
    {
        WriteOp s => Range(s.Offset, (ulong)s.Data.Length, limits),
        WriteFullOp s => Range(0, (ulong)s.Data.Length, limits),
        AppendOp s => Range(0, (ulong)s.Data.Length, limits),
        TruncateOp s => Range(0, s.Size, limits),
        ZeroOp s => Overflow(s.Offset, s.Length),
        ReadOp s => Overflow(s.Offset, s.Length),
        CompareExtentOp s => Range(s.Offset, (ulong)s.Data.Length, limits),
        SetXattrOp s => XattrName(s.Name) ?? XattrValue(s.Name, s.Value.Length, limits),
        RemoveXattrOp s => XattrName(s.Name),
        GetXattrOp s => XattrName(s.Name),
        CompareXattrOp s => XattrName(s.Name) ?? Known(s.Comparison),
        OmapSetOp s => OmapKeys(s.Values.Select(static v => v.Key), s.Values.Count, limits),
        OmapRemoveKeysOp s => OmapKeys(s.Keys, s.Keys.Count, limits),
        OmapGetKeysOp s => OmapKeys(s.Keys, s.Keys.Count, limits),
        OmapGetRangeOp { Max: <= 0 } s => Invalid($"the most entries to get must be positive, not {s.Max}"),
        OmapCompareOp s => OmapKey(s.Key, limits) ?? Known(s.Comparison),
        ListObjectsOp => Invalid("lists a PG; the operation must name no object"),
        _ => null,
    };

    public static long PayloadBytes(ObjectOp step) => step switch
    {
        WriteOp s => s.Data.Length,
        WriteFullOp s => s.Data.Length,
        AppendOp s => s.Data.Length,
        CompareExtentOp s => s.Data.Length,
        SetXattrOp s => s.Value.Length,
        OmapSetOp s => s.Values.Sum(static v => (long)v.Value.Length),
        _ => 0,
    };

    private static OpFault? Range(ulong offset, ulong length, OpLimits limits) =>
        length > limits.ObjectBytesMax || offset > limits.ObjectBytesMax - length
            ? new(OpStatus.TooLarge, $"{length} bytes at {offset} reach past the largest object of {limits.ObjectBytesMax} bytes (osd_max_object_size)")
            : null;

    private static OpFault? Overflow(ulong offset, ulong length) =>
        offset + length < offset ? Invalid($"{length} bytes at {offset} overflow 64 bits") : null;

    private static OpFault? XattrName(string name)
    {
        if (name.Length == 0)
        {
            return Invalid("the xattr's name is empty");
        }

        if (!ObjectNames.HasUtf8Form(name))
        {
            return Invalid("the xattr's name has half a surrogate pair, so no UTF-8 form");
        }

        int bytes = ObjectNames.Utf8Length(name);
        return bytes > ObjectLimits.XattrNameBytesMax
            ? new(OpStatus.NameTooLong, $"the xattr's name has {bytes} bytes, over the limit of {ObjectLimits.XattrNameBytesMax}")
            : null;
    }

    private static OpFault? XattrValue(string name, int bytes, OpLimits limits) =>
        bytes > limits.XattrValueBytesMax
            ? new(OpStatus.TooLarge, $"the value of xattr '{name}' has {bytes} bytes, over the limit of {limits.XattrValueBytesMax} (osd_max_attr_size)")
            : null;

    private static OpFault? OmapKeys(IEnumerable<string> keys, int count, OpLimits limits)
    {
        if (count > limits.OmapEntriesMax)
        {
            return Invalid($"{count} omap keys in one step, over the limit of {limits.OmapEntriesMax} (osd_max_omap_entries_per_request)");
        }

        foreach (string key in keys)
        {
            if (OmapKey(key, limits) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static OpFault? OmapKey(string key, OpLimits limits)
    {
        if (!ObjectNames.HasUtf8Form(key))
        {
            return Invalid("an omap key has half a surrogate pair, so no UTF-8 form");
        }

        int bytes = ObjectNames.Utf8Length(key);
        return bytes > limits.OmapKeyBytesMax
            ? new(OpStatus.NameTooLong, $"an omap key has {bytes} bytes, over the limit of {limits.OmapKeyBytesMax}")
            : null;
    }

    private static OpFault? Known(Comparison comparison) =>
        comparison is >= Comparison.Equal and <= Comparison.LessOrEqual ? null : Invalid($"there is no comparison {(int)comparison}");

    private static OpFault Invalid(string message) => new(OpStatus.InvalidArgument, message);
}
