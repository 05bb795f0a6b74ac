using Cairn.Maps.Commands;
using Cairn.Maps.Stats;
using Cairn.Maps;
using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.State.Commands;

/// <summary>Central options. That the option exists and its value is one was checked before: the table of options is the daemons'.</summary>
internal static class ConfigCommands
{
    public static ChangeResult Set(Draft draft, ConfigSet command)
    {
        if (command.Section.Length == 0 || command.Name.Length == 0)
        {
            return ChangeResult.Invalid("say whose option ('osd', 'osd.3') and which");
        }

        draft.Config = draft.Config.SetItem(new ConfigKey(command.Section, command.Name), command.Value);
        Note(draft, $"{command.Section}: {command.Name} = {command.Value}");
        return ChangeResult.Ok($"{command.Name} set for {command.Section}");
    }

    public static ChangeResult Remove(Draft draft, ConfigRemove command)
    {
        ConfigKey key = new(command.Section, command.Name);
        if (!draft.Config.ContainsKey(key))
        {
            return ChangeResult.NotFound($"{command.Name} is not set for {command.Section}");
        }

        draft.Config = draft.Config.Remove(key);
        Note(draft, $"{command.Section}: {command.Name} removed");
        return ChangeResult.Ok($"{command.Name} removed for {command.Section}");
    }

    private static void Note(Draft draft, string message) =>
        draft.Events.Add(new StateEvent(StateEventKind.Config, HealthSeverity.HealthOk, message, Epoch.None, OsdId.Nobody) { UnixMs = draft.StampUnixMs });
}
