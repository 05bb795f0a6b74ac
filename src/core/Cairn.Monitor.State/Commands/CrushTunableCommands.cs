using Cairn.Crush;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.State.Commands;

/// <summary>The knobs of the mapping, by profile or one by one.</summary>
internal static class CrushTunableCommands
{
    // Every try may cost a walk down the tree: no rule needs more, and a mapping must end.
    private const int ValueMax = 1000;

    public static ChangeResult Set(Draft draft, CrushSetTunables command)
    {
        CrushTunables tunables = draft.Map.Crush.Tunables;
        if (command.Profile.Length > 0)
        {
            if (CrushTunables.FindProfile(command.Profile) is not { } profile)
            {
                return ChangeResult.NotFound($"there is no profile '{command.Profile}': there are legacy, argonaut, bobtail, firefly, hammer, jewel, optimal and default");
            }

            tunables = profile;
        }

        foreach (CrushSetTunables.Types.Tunable tunable in command.Tunables)
        {
            if (tunable.Value is < 0 or > ValueMax)
            {
                return ChangeResult.Invalid($"{tunable.Name} is between 0 and {ValueMax}, not {tunable.Value}");
            }

            if (CrushTunableNames.With(tunables, tunable.Name, tunable.Value) is not { } changed)
            {
                return ChangeResult.NotFound($"there is no tunable '{tunable.Name}': there are {string.Join(", ", CrushTunableNames.All(tunables).Select(t => t.Name))}");
            }

            tunables = changed;
        }

        return CrushEdit.Apply(draft, command.Force, "CRUSH tunables set", editor => editor.Tunables = tunables);
    }
}
