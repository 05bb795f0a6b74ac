using System.Collections.Immutable;
using Cairn.Maps;
using Cairn.Monitor.State.Wire;

namespace Cairn.Monitor.State.Liveness;

/// <summary>Decides which OSDs have been down for so long that their data must be copied elsewhere.</summary>
public static class OutJudge
{
    public static ImmutableArray<OsdMarkOut> Judge(MonitorState state, LivenessOptions options, long nowUnixMs)
    {
        if (state.Map is not { } map || options.DownOutIntervalMs == 0 || map.Flags.HasFlag(OsdMapFlags.NoOut))
        {
            return [];
        }

        var verdicts = ImmutableArray.CreateBuilder<OsdMarkOut>();
        int exist = map.Osds.Count(o => o is { Destroyed: false });
        int stay = map.Osds.Count(o => o is { In: true });
        for (int i = 0; i < map.Osds.Length; i++)
        {
            OsdId osd = new(i);
            if (map.Osds[i] is not { Up: false, In: true } down || DownForMs(state, osd, nowUnixMs) < options.DownOutIntervalMs)
            {
                continue;
            }

            if (Subtrees.DownSubtreeOf(map, osd, options.DownOutSubtreeLimit) is not null || stay - 1 < options.InRatioMin * exist)
            {
                continue;
            }

            stay--;
            verdicts.Add(new OsdMarkOut
            {
                Osd = i,
                DownAt = down.DownAt.Value,
                Reason = $"down for {DownForMs(state, osd, nowUnixMs) / 1000} s",
            });
        }

        return verdicts.ToImmutable();
    }

    private static long DownForMs(MonitorState state, OsdId osd, long nowUnixMs) =>
        state.OsdRecordOf(osd).DownSinceUnixMs is > 0 and long since ? nowUnixMs - since : 0;
}
