using Cairn.Objects.Operations;

namespace Cairn.Pg.Ops;

/// <summary>The steps that change an object, one method each.</summary>
/// <remarks>Source of the semantics: Ceph, librados <c>ObjectWriteOperation</c> and the behaviour of <c>do_osd_ops</c> it documents.</remarks>
internal static class WriteSteps
{
    /// <returns>Null if the step was done.</returns>
    public static OpFault? Apply(ObjectOp step, OpRun run)
    {
        switch (step)
        {
            case CreateOp s:
                return Create(s, run);
            case WriteOp s:
                return Write(s.Offset, s.Data, run);
            case WriteFullOp s:
                return WriteFull(s, run);
            case AppendOp s:
                return Write(run.Object.Size, s.Data, run);
            case TruncateOp s:
                Truncate(s, run);
                return null;
            case ZeroOp s:
                Zero(s, run);
                return null;
            case RemoveOp:
                return Remove(run);
            case SetXattrOp s:
                run.Object.SetXattr(s.Name, s.Value);
                return null;
            case RemoveXattrOp s:
                return RemoveXattr(s, run);
            case OmapSetOp s:
                return OmapSet(s, run);
            case OmapRemoveKeysOp s:
                return OmapRemoveKeys(s, run);
            case OmapClearOp:
                return OmapClear(run);
            default:
                return new(OpStatus.NotSupported, "this OSD does not know the step");
        }
    }

    private static OpFault? Create(CreateOp step, OpRun run)
    {
        if (step.Exclusive && run.Object.Exists)
        {
            return new(OpStatus.Exists, "the object exists");
        }

        run.Object.Touch();
        return null;
    }

    private static OpFault? Write(ulong offset, ReadOnlyMemory<byte> data, OpRun run)
    {
        if (offset > run.Limits.ObjectBytesMax - (ulong)data.Length)
        {
            return new(OpStatus.TooLarge,
                $"{data.Length} bytes at {offset} reach past the largest object of {run.Limits.ObjectBytesMax} bytes (osd_max_object_size)");
        }

        if (!data.IsEmpty)
        {
            run.Object.Write(offset, data);
        }
        else if (offset > run.Object.Size)
        {
            run.Object.Truncate(offset); // As in Ceph: a write of nothing past the end still grows the object.
        }
        else
        {
            run.Object.Touch();
        }

        return null;
    }

    private static OpFault? WriteFull(WriteFullOp step, OpRun run)
    {
        if (run.Object.Size > (ulong)step.Data.Length)
        {
            run.Object.Truncate((ulong)step.Data.Length);
        }

        return Write(0, step.Data, run);
    }

    private static void Truncate(TruncateOp step, OpRun run)
    {
        // As in Ceph, what is not there is not made by truncating it.
        if (run.Object.Exists && run.Object.Size != step.Size)
        {
            run.Object.Truncate(step.Size);
        }
    }

    private static void Zero(ZeroOp step, OpRun run)
    {
        // As in Ceph: zeroing never grows an object, nor makes one.
        if (step.Offset < run.Object.Size && step.Length > 0)
        {
            run.Object.Zero(step.Offset, Math.Min(step.Length, run.Object.Size - step.Offset));
        }
    }

    private static OpFault? Remove(OpRun run)
    {
        if (!run.Object.Exists)
        {
            return ReadSteps.NoObject;
        }

        run.Object.Remove();
        return null;
    }

    private static OpFault? RemoveXattr(RemoveXattrOp step, OpRun run)
    {
        if (!run.Object.Exists)
        {
            return ReadSteps.NoObject;
        }

        run.Object.RemoveXattr(step.Name);
        return null;
    }

    private static OpFault? OmapSet(OmapSetOp step, OpRun run)
    {
        run.Object.Touch();
        foreach (var (key, value) in step.Values)
        {
            run.Object.SetOmap(key, value);
        }

        return null;
    }

    private static OpFault? OmapRemoveKeys(OmapRemoveKeysOp step, OpRun run)
    {
        if (!run.Object.Exists)
        {
            return ReadSteps.NoObject;
        }

        foreach (string key in step.Keys)
        {
            run.Object.RemoveOmap(key);
        }

        return null;
    }

    private static OpFault? OmapClear(OpRun run)
    {
        if (!run.Object.Exists)
        {
            return ReadSteps.NoObject;
        }

        run.Object.ClearOmap();
        return null;
    }
}
