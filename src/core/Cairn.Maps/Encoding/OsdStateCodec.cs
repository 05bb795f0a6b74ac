using Google.Protobuf;

namespace Cairn.Maps;

/// <summary>An OSD's state as the fields in which it differs from another: from a blank one in a full map, from its last one in an incremental.</summary>
internal static class OsdStateCodec
{
    private static readonly OsdState Blank = new() { Uuid = Guid.Empty };

    public static Wire.OsdState Encode(int id, OsdState state, OsdState? from)
    {
        OsdState old = from ?? Blank;
        var wire = new Wire.OsdState { Id = (uint)id };
        if (state.Uuid != old.Uuid)
        {
            wire.Uuid = ByteString.CopyFrom(state.Uuid.ToByteArray(bigEndian: true));
        }

        if (StatusOf(state) != StatusOf(old))
        {
            wire.Status = (uint)StatusOf(state);
        }

        if (state.Weight != old.Weight)
        {
            wire.Weight = state.Weight;
        }

        if (state.PrimaryAffinity != old.PrimaryAffinity)
        {
            wire.PrimaryAffinity = state.PrimaryAffinity;
        }

        EncodeEpochs(state, old, wire);
        EncodeAddresses(state, old, wire);
        return wire;
    }

    private static void EncodeEpochs(OsdState state, OsdState old, Wire.OsdState wire)
    {
        if (state.UpFrom != old.UpFrom)
        {
            wire.UpFrom = state.UpFrom.Value;
        }

        if (state.UpThru != old.UpThru)
        {
            wire.UpThru = state.UpThru.Value;
        }

        if (state.DownAt != old.DownAt)
        {
            wire.DownAt = state.DownAt.Value;
        }

        if (state.LostAt != old.LostAt)
        {
            wire.LostAt = state.LostAt.Value;
        }

        if (state.CreatedIn != old.CreatedIn)
        {
            wire.CreatedIn = state.CreatedIn.Value;
        }

        if (state.LastCleanBegin != old.LastCleanBegin)
        {
            wire.LastCleanBegin = state.LastCleanBegin.Value;
        }

        if (state.LastCleanEnd != old.LastCleanEnd)
        {
            wire.LastCleanEnd = state.LastCleanEnd.Value;
        }
    }

    private static void EncodeAddresses(OsdState state, OsdState old, Wire.OsdState wire)
    {
        if (state.DataAddress != old.DataAddress)
        {
            wire.DataAddress = state.DataAddress;
        }

        if (state.HeartbeatAddress != old.HeartbeatAddress)
        {
            wire.HeartbeatAddress = state.HeartbeatAddress;
        }

        if (state.AdminAddress != old.AdminAddress)
        {
            wire.AdminAddress = state.AdminAddress;
        }
    }

    public static OsdState Decode(Wire.OsdState wire, OsdState? from)
    {
        OsdState old = from ?? Blank;
        var status = wire.HasStatus ? (Status)wire.Status : StatusOf(old);
        return new OsdState
        {
            Uuid = wire.HasUuid ? new Guid(wire.Uuid.Span, bigEndian: true) : old.Uuid,
            Up = status.HasFlag(Status.Up),
            New = status.HasFlag(Status.New),
            AutoOut = status.HasFlag(Status.AutoOut),
            Destroyed = status.HasFlag(Status.Destroyed),
            Weight = wire.HasWeight ? wire.Weight : old.Weight,
            PrimaryAffinity = wire.HasPrimaryAffinity ? wire.PrimaryAffinity : old.PrimaryAffinity,
            UpFrom = wire.HasUpFrom ? new Epoch(wire.UpFrom) : old.UpFrom,
            UpThru = wire.HasUpThru ? new Epoch(wire.UpThru) : old.UpThru,
            DownAt = wire.HasDownAt ? new Epoch(wire.DownAt) : old.DownAt,
            LostAt = wire.HasLostAt ? new Epoch(wire.LostAt) : old.LostAt,
            CreatedIn = wire.HasCreatedIn ? new Epoch(wire.CreatedIn) : old.CreatedIn,
            LastCleanBegin = wire.HasLastCleanBegin ? new Epoch(wire.LastCleanBegin) : old.LastCleanBegin,
            LastCleanEnd = wire.HasLastCleanEnd ? new Epoch(wire.LastCleanEnd) : old.LastCleanEnd,
            DataAddress = wire.HasDataAddress ? wire.DataAddress : old.DataAddress,
            HeartbeatAddress = wire.HasHeartbeatAddress ? wire.HeartbeatAddress : old.HeartbeatAddress,
            AdminAddress = wire.HasAdminAddress ? wire.AdminAddress : old.AdminAddress,
        };
    }

    private static Status StatusOf(OsdState state) =>
        (state.Up ? Status.Up : 0) | (state.New ? Status.New : 0) | (state.AutoOut ? Status.AutoOut : 0) | (state.Destroyed ? Status.Destroyed : 0);

    [Flags]
    private enum Status : uint
    {
        Up = 1,
        New = 2,
        AutoOut = 4,
        Destroyed = 8,
    }
}
