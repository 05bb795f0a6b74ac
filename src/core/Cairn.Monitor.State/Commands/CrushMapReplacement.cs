using Cairn.Crush;
using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.State.Commands;

/// <summary>The whole hierarchy replaced by a text. It must not lose what the cluster stands on.</summary>
internal static class CrushMapReplacement
{
    private const int TriesMax = 1000;
    private const int TextCharsMax = 16 << 20;

    public static ChangeResult Set(Draft draft, CrushSetMap command)
    {
        if (command.Text.Length > TextCharsMax)
        {
            return ChangeResult.Invalid($"a CRUSH map has at most {TextCharsMax} characters of text");
        }

        CrushMap crush;
        try
        {
            crush = CrushText.Read(command.Text);
            crush.Validate();
        }
        catch (CrushTextException wrong)
        {
            return ChangeResult.Invalid($"the CRUSH map can't be read: {wrong.Message}");
        }

        if (MostTries(crush) is > TriesMax and int tries)
        {
            return ChangeResult.Invalid($"the CRUSH map asks for {tries} tries: more than {TriesMax} only cost time, in every client");
        }

        foreach (Pool pool in draft.Map.Pools.Values)
        {
            if (!crush.Rules.ContainsKey(pool.CrushRule))
            {
                return ChangeResult.Refused($"the map has no rule {pool.CrushRule}, which pool '{pool.Name}' uses");
            }
        }

        for (int i = 0; !command.Force && i < draft.Map.Osds.Length; i++)
        {
            bool placed = draft.Map.Crush.Devices.ContainsKey(i);
            if (draft.Map.Osds[i] is not null && placed && !crush.Devices.ContainsKey(i))
            {
                return ChangeResult.Refused($"the map has no osd.{i}, which exists: remove the OSD first");
            }
        }

        return CrushEdit.Store(draft, crush, command.Force, "CRUSH map set");
    }

    private static int MostTries(CrushMap crush) => crush.Rules.Values.SelectMany(r => r.Steps)
        .Where(s => s.Op is CrushOp.SetChooseTries or CrushOp.SetChooseLeafTries or CrushOp.SetChooseLocalTries or CrushOp.SetChooseLocalFallbackTries)
        .Select(s => s.Arg1)
        .Concat([crush.Tunables.ChooseTotalTries, crush.Tunables.ChooseLocalTries, crush.Tunables.ChooseLocalFallbackTries])
        .Max();
}
