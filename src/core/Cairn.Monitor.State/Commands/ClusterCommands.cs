using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.State.Commands;

/// <summary>Flags, full ratios, bans, and health checks not to be heard of.</summary>
internal static class ClusterCommands
{
    private const long BanDefaultMs = 3_600_000;

    public static ChangeResult ChangeFlags(Draft draft, ChangeFlags command)
    {
        OsdMapFlags flags = draft.Map.Flags;
        foreach (string name in command.Set.Concat(command.Unset))
        {
            if (FlagNames.Find(name) is null)
            {
                return ChangeResult.Invalid($"'{name}' is no flag; there are {FlagNames.List}");
            }
        }

        flags = command.Set.Aggregate(flags, (f, name) => f | FlagNames.Find(name)!.Value);
        flags = command.Unset.Aggregate(flags, (f, name) => f & ~FlagNames.Find(name)!.Value);
        draft.Map = draft.Map with { Flags = flags };
        return ChangeResult.Ok(flags == OsdMapFlags.None ? "no flag is set" : $"flags set: {FlagNames.Join(flags)}");
    }

    public static ChangeResult SetFullRatios(Draft draft, SetFullRatios command)
    {
        double nearfull = command.HasNearfull ? command.Nearfull : draft.Map.NearfullRatio;
        double backfillfull = command.HasBackfillfull ? command.Backfillfull : draft.Map.BackfillfullRatio;
        double full = command.HasFull ? command.Full : draft.Map.FullRatio;
        if (!(nearfull > 0 && nearfull <= backfillfull && backfillfull <= full && full <= 1))
        {
            return ChangeResult.Invalid("ratios must ascend: 0 < nearfull <= backfillfull <= full <= 1");
        }

        draft.Map = draft.Map with { NearfullRatio = nearfull, BackfillfullRatio = backfillfull, FullRatio = full };
        return ChangeResult.Ok("ratios set");
    }

    public static ChangeResult AddToBlocklist(Draft draft, BlocklistAdd command)
    {
        if (command.Who.Length is 0 or > 200)
        {
            return ChangeResult.Invalid("say whom to ban: an entity, or an entity with its incarnation");
        }

        long until = draft.StampUnixMs + (command.DurationMs == 0 ? BanDefaultMs : (long)Math.Min(command.DurationMs, long.MaxValue / 4));
        draft.Map = draft.Map with { Blocklist = draft.Map.Blocklist.SetItem(command.Who, until) };
        return ChangeResult.Ok($"{command.Who} is banned");
    }

    public static ChangeResult RemoveFromBlocklist(Draft draft, BlocklistRemove command)
    {
        if (!draft.Map.Blocklist.ContainsKey(command.Who))
        {
            return ChangeResult.NotFound($"{command.Who} is not banned");
        }

        draft.Map = draft.Map with { Blocklist = draft.Map.Blocklist.Remove(command.Who) };
        return ChangeResult.Ok($"{command.Who} is no longer banned");
    }

    public static ChangeResult Mute(Draft draft, Maps.Commands.HealthMute command)
    {
        if (command.Code.Length is 0 or > 64)
        {
            return ChangeResult.Invalid("say which check to mute, such as OSD_DOWN");
        }

        long until = command.DurationMs == 0 ? 0 : draft.StampUnixMs + (long)Math.Min(command.DurationMs, long.MaxValue / 4);
        draft.Mutes = draft.Mutes.SetItem(command.Code, new State.HealthMute(until, command.Sticky));
        return ChangeResult.Ok($"{command.Code} is muted");
    }

    public static ChangeResult Unmute(Draft draft, HealthUnmute command)
    {
        if (!draft.Mutes.ContainsKey(command.Code))
        {
            return ChangeResult.NotFound($"{command.Code} is not muted");
        }

        draft.Mutes = draft.Mutes.Remove(command.Code);
        return ChangeResult.Ok($"{command.Code} is no longer muted");
    }
}
