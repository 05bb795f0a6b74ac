using Cairn.Crush;
using Cairn.Maps;
using Cairn.Monitor.State.Applying;
using Cairn.Monitor.State.Wire;

namespace Cairn.Monitor.State.Daemons;

/// <summary>An OSD's process started and asks to be marked up.</summary>
internal static class BootHandler
{
    public static ChangeResult Apply(Draft draft, OsdBooted boot)
    {
        OsdId osd = new(boot.Osd);
        if (draft.Map.Osd(osd) is not { } state)
        {
            return ChangeResult.NotFound($"osd.{boot.Osd} does not exist: create it first");
        }

        if (state.Destroyed || state.Uuid != WireGuid.Read(boot.Uuid))
        {
            return ChangeResult.Refused(state.Destroyed
                ? $"{osd} was destroyed: create it again for a new disk"
                : $"{osd} is another disk: the map has uuid {state.Uuid}, the booting one {WireGuid.Read(boot.Uuid)}");
        }

        OsdRecord record = draft.RecordOf(osd);
        if (state.Up && record.Incarnation == boot.Incarnation)
        {
            return ChangeResult.Ok($"{osd} is up") with { Epoch = state.UpFrom.Value };
        }

        if (draft.Start.Osd(osd) is { Up: true })
        {
            // A process that was never seen down: PGs must see its end, so the new one comes up in an epoch of its own.
            if (state.Up)
            {
                DownHandler.MarkDown(draft, osd, state, DownCause.ProcessGone, "it booted again");
            }

            return ChangeResult.Later($"{osd} was up: its earlier process is marked down first");
        }

        if (draft.Map.Flags.HasFlag(OsdMapFlags.NoUp))
        {
            return ChangeResult.Later("flag noup is set", afterMs: 1000);
        }

        if (record.HoldUntilUnixMs > draft.StampUnixMs)
        {
            return ChangeResult.Later($"{osd} went down too often of late", record.HoldUntilUnixMs - draft.StampUnixMs);
        }

        MarkUp(draft, osd, state, record, boot);
        return ChangeResult.Ok($"{osd} is up") with { Epoch = draft.Next.Value };
    }

    private static void MarkUp(Draft draft, OsdId osd, OsdState state, OsdRecord record, OsdBooted boot)
    {
        bool mayComeIn = !draft.Map.Flags.HasFlag(OsdMapFlags.NoIn);
        uint weight = !mayComeIn ? state.Weight
            : state.New ? OsdState.FullWeight
            : state.AutoOut ? Math.Max(record.WeightBeforeOut, 1)
            : state.Weight;
        bool clean = boot.CleanEnd >= boot.CleanBegin && boot.CleanBegin > 0;
        draft.SetOsd(osd, state with
        {
            Up = true,
            UpFrom = draft.Next,
            New = false,
            Weight = weight,
            AutoOut = state.AutoOut && !mayComeIn,
            DataAddress = boot.DataAddress,
            HeartbeatAddress = boot.HeartbeatAddress,
            AdminAddress = boot.AdminAddress,
            LastCleanBegin = clean ? new Epoch(boot.CleanBegin) : state.LastCleanBegin,
            LastCleanEnd = clean ? new Epoch(boot.CleanEnd) : state.LastCleanEnd,
        });
        draft.SetRecord(osd, record with
        {
            DownSinceUnixMs = 0,
            HoldUntilUnixMs = 0,
            WeightBeforeOut = mayComeIn ? 0 : record.WeightBeforeOut,
            Incarnation = boot.Incarnation,
        });
        Place(draft, osd, boot);
    }

    // A location that cannot be must not keep the data away: the OSD comes up where it is, and the event says what is wrong.
    private static void Place(Draft draft, OsdId osd, OsdBooted boot)
    {
        if (boot.Location.Count == 0)
        {
            return;
        }

        try
        {
            CrushEditor editor = new(draft.Map.Crush);
            bool moved = editor.CreateOrMoveDevice(osd.Value, FixedPoint.From(boot.CrushWeight), [.. boot.Location.Select(l => new CrushLocation(l.Type, l.Name))]);
            if (boot.DeviceClass.Length > 0 && draft.Map.Crush.Devices.GetValueOrDefault(osd.Value)?.Class is null)
            {
                editor.SetDeviceClass(osd.Value, boot.DeviceClass);
                moved = true;
            }

            if (moved)
            {
                draft.Map = draft.Map with { Crush = editor.ToMap() };
            }
        }
        catch (CrushException wrong)
        {
            draft.Events.Add(new StateEvent(
                StateEventKind.Crush, Maps.Stats.HealthSeverity.HealthWarn, $"{osd} can't be placed at its crush_location: {wrong.Message}", draft.Next, osd)
            {
                UnixMs = draft.StampUnixMs,
            });
        }
    }
}
