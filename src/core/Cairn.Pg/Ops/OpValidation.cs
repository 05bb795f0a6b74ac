using Cairn.Objects;
using Cairn.Objects.Operations;

namespace Cairn.Pg.Ops;

/// <summary>Checks of a request that need nothing but the request: done once, before it waits for anything.</summary>
public static class OpValidation
{
    /// <returns>Null if the request is well formed.</returns>
    public static OpFault? Check(OsdOp op, OpLimits limits)
    {
        if (op.Steps.Count == 0)
        {
            return Invalid("the operation has no steps");
        }

        if (op.Steps.Count > limits.StepsMax)
        {
            return Invalid($"the operation has {op.Steps.Count} steps, over the limit of {limits.StepsMax}");
        }

        return op.Object is null ? CheckPgSteps(op) : CheckObject(op, op.Object) ?? CheckSteps(op, limits);
    }

    private static OpFault? CheckPgSteps(OsdOp op)
    {
        for (int i = 0; i < op.Steps.Count; i++)
        {
            if (op.Steps[i] is not ListObjectsOp list)
            {
                return At(op, i, OpStatus.InvalidArgument, "names no object");
            }

            if (list.Max <= 0)
            {
                return At(op, i, OpStatus.InvalidArgument, $"the most entries to list must be positive, not {list.Max}");
            }

            if (list.After is { } after && after.Pool != op.Pg.Pool)
            {
                return At(op, i, OpStatus.InvalidArgument, $"the cursor is of pool {after.Pool}, the PG of pool {op.Pg.Pool}");
            }
        }

        return null;
    }

    private static OpFault? CheckObject(OsdOp op, ObjectId id)
    {
        if (id.Pool != op.Pg.Pool)
        {
            return Invalid($"object {id} is not of the pool of pg {op.Pg}");
        }

        if (id.Name.Length == 0)
        {
            return Invalid("the object's name is empty");
        }

        if (!ObjectNames.HasUtf8Form(id.Name) || !ObjectNames.HasUtf8Form(id.Namespace))
        {
            return Invalid("the object's name or namespace has half a surrogate pair, so no UTF-8 form");
        }

        if (ObjectNames.Utf8Length(id.Name) > ObjectLimits.NameBytesMax)
        {
            return new(OpStatus.NameTooLong, $"the object's name has {ObjectNames.Utf8Length(id.Name)} bytes, over the limit of {ObjectLimits.NameBytesMax}");
        }

        if (ObjectNames.Utf8Length(id.Namespace) > ObjectLimits.NamespaceBytesMax)
        {
            return new(OpStatus.NameTooLong, $"the namespace has {ObjectNames.Utf8Length(id.Namespace)} bytes, over the limit of {ObjectLimits.NamespaceBytesMax}");
        }

        return id.Snapshot != ObjectId.Head && op.IsWrite ? Invalid("a snapshot can't be written") : null;
    }

    private static OpFault? CheckSteps(OsdOp op, OpLimits limits)
    {
        long payload = 0;
        for (int i = 0; i < op.Steps.Count; i++)
        {
            if (StepValidation.Check(op.Steps[i], limits) is { } fault)
            {
                return At(op, i, fault.Status, fault.Message);
            }

            payload += StepValidation.PayloadBytes(op.Steps[i]);
        }

        return payload > limits.OperationBytesMax
            ? new(OpStatus.TooLarge, $"the operation carries {payload} bytes, over the limit of {limits.OperationBytesMax} (osd_max_write_size)")
            : null;
    }

    private static OpFault Invalid(string message) => new(OpStatus.InvalidArgument, message);

    private static OpFault At(OsdOp op, int index, OpStatus status, string message) =>
        new(status, StepNames.Describe(op.Steps, index, message));
}
