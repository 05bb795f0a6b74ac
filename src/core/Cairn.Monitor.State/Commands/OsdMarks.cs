using System.Globalization;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;
using Cairn.Monitor.State.Daemons;
using Cairn.Monitor.State.Wire;

namespace Cairn.Monitor.State.Commands;

/// <summary>What an admin says of an OSD: in, out, down, how much, how readily primary.</summary>
internal static class OsdMarks
{
    public static ChangeResult In(Draft draft, OsdIn command) => ForEach(draft, command.Osds, "in", (osd, state) =>
    {
        draft.SetOsd(osd, state with { Weight = OsdState.FullWeight, AutoOut = false });
    }, state => state.Destroyed ? "is destroyed" : null);

    public static ChangeResult Out(Draft draft, OsdOut command) => ForEach(draft, command.Osds, "out", (osd, state) =>
    {
        draft.SetOsd(osd, state with { Weight = 0, AutoOut = false });
        draft.Explain(osd, "by an admin");
    });

    public static ChangeResult Down(Draft draft, OsdDown command) => ForEach(draft, command.Osds, "down", (osd, state) =>
    {
        if (state.Up)
        {
            DownHandler.MarkDown(draft, osd, state, DownCause.Stopped, "by an admin");
        }
    });

    public static ChangeResult Reweight(Draft draft, OsdReweight command)
    {
        if (!(command.Weight is >= 0 and <= 1))
        {
            return ChangeResult.Invalid("a reweight is between 0 (out) and 1");
        }

        return ForEach(draft, [command.Osd], $"reweighted to {command.Weight.ToString("0.####", CultureInfo.InvariantCulture)}", (osd, state) =>
        {
            draft.SetOsd(osd, state with { Weight = FixedPoint.From(command.Weight), AutoOut = false });
        });
    }

    public static ChangeResult PrimaryAffinity(Draft draft, OsdPrimaryAffinity command)
    {
        if (!(command.Affinity is >= 0 and <= 1))
        {
            return ChangeResult.Invalid("a primary affinity is between 0 (never) and 1");
        }

        return ForEach(draft, [command.Osd], "given its primary affinity", (osd, state) =>
        {
            draft.SetOsd(osd, state with { PrimaryAffinity = FixedPoint.From(command.Affinity) });
        });
    }

    // All or nothing: an unknown id among many changes none.
    private static ChangeResult ForEach(
        Draft draft, IReadOnlyList<int> ids, string done, Action<OsdId, OsdState> change, Func<OsdState, string?>? objection = null)
    {
        if (ids.Count == 0)
        {
            return ChangeResult.Invalid("no OSD is named");
        }

        foreach (int id in ids)
        {
            if (draft.Map.Osd(new OsdId(id)) is not { } state)
            {
                return ChangeResult.NotFound($"osd.{id} does not exist");
            }

            if (objection?.Invoke(state) is { } why)
            {
                return ChangeResult.Refused($"osd.{id} {why}");
            }
        }

        foreach (int id in ids)
        {
            change(new OsdId(id), draft.Map.Osd(new OsdId(id))!);
        }

        return ChangeResult.Ok($"{string.Join(", ", ids.Select(i => $"osd.{i}"))} {(done is "in" or "out" or "down" ? "marked " : "")}{done}");
    }
}
