using Cairn.Maps;
using Cairn.Monitor.State.History;
using Cairn.Monitor.State.Wire;
using Google.Protobuf;

namespace Cairn.Monitor.State;

/// <summary>The whole state as bytes and back: what a snapshot of the Raft log holds.</summary>
public static class SnapshotCodec
{
    public static byte[] Encode(MonitorState state)
    {
        MonitorSnapshot snapshot = new()
        {
            StampUnixMs = state.StampUnixMs,
            OldestFull = UnsafeByteOperations.UnsafeWrap(state.History.OldestFull),
        };
        snapshot.Deltas.AddRange(state.History.AllDeltas.Select(UnsafeByteOperations.UnsafeWrap));
        foreach ((OsdId osd, State.OsdRecord record) in state.Osds)
        {
            snapshot.Osds.Add(new Wire.OsdRecord
            {
                Osd = osd.Value,
                DownSinceUnixMs = record.DownSinceUnixMs,
                FlapDownsUnixMs = { record.FlapDownsUnixMs },
                HoldUntilUnixMs = record.HoldUntilUnixMs,
                WeightBeforeOut = record.WeightBeforeOut,
                Incarnation = record.Incarnation,
            });
        }

        snapshot.Commands.AddRange(state.Commands.InOrder().Select(c => new RememberedCommand { Id = WireGuid.Write(c.Key), Result = c.Value }));
        snapshot.Config.AddRange(state.Config.Select(c => new ConfigEntry { Section = c.Key.Section, Name = c.Key.Name, Value = c.Value }));
        snapshot.Mutes.AddRange(state.Mutes.Select(m => new Mute { Code = m.Key, UntilUnixMs = m.Value.UntilUnixMs, Sticky = m.Value.Sticky }));
        return snapshot.ToByteArray();
    }

    /// <exception cref="InvalidProtocolBufferException">The bytes are no snapshot.</exception>
    /// <exception cref="MapFormatException">A map in it is not valid.</exception>
    public static MonitorState Decode(ReadOnlySpan<byte> bytes)
    {
        MonitorSnapshot snapshot = MonitorSnapshot.Parser.ParseFrom(bytes);
        MonitorState state = MonitorState.Empty with { StampUnixMs = snapshot.StampUnixMs };
        if (!snapshot.OldestFull.IsEmpty)
        {
            (MapHistory history, OsdMap newest) = MapHistory.Restore(snapshot.OldestFull.Memory, snapshot.Deltas.Select(d => d.Memory));
            state = state with { History = history, Map = newest };
        }

        return state with
        {
            Osds = state.Osds.SetItems(snapshot.Osds.Select(o => KeyValuePair.Create(new OsdId(o.Osd), new State.OsdRecord
            {
                DownSinceUnixMs = o.DownSinceUnixMs,
                FlapDownsUnixMs = [.. o.FlapDownsUnixMs],
                HoldUntilUnixMs = o.HoldUntilUnixMs,
                WeightBeforeOut = o.WeightBeforeOut,
                Incarnation = o.Incarnation,
            }))),
            Commands = snapshot.Commands.Aggregate(CommandMemory.Empty, (memory, c) => memory.Remember(WireGuid.Read(c.Id), c.Result)),
            Config = state.Config.SetItems(snapshot.Config.Select(c => KeyValuePair.Create(new ConfigKey(c.Section, c.Name), c.Value))),
            Mutes = state.Mutes.SetItems(snapshot.Mutes.Select(m => KeyValuePair.Create(m.Code, new HealthMute(m.UntilUnixMs, m.Sticky)))),
        };
    }
}
