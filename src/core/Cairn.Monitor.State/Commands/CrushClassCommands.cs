using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.State.Commands;

/// <summary>Device classes: which OSDs are <c>ssd</c>, which <c>hdd</c>.</summary>
internal static class CrushClassCommands
{
    public static ChangeResult Set(Draft draft, CrushSetDeviceClass command) =>
        Objection(draft, command.Osds) ?? CrushEdit.Apply(draft, command.Force, $"{Name(command.Osds)} of class '{command.DeviceClass}'", editor =>
        {
            foreach (int osd in command.Osds)
            {
                editor.SetDeviceClass(osd, command.DeviceClass);
            }
        });

    public static ChangeResult Remove(Draft draft, CrushRemoveDeviceClass command) =>
        Objection(draft, command.Osds) ?? CrushEdit.Apply(draft, command.Force, $"{Name(command.Osds)} of no class", editor =>
        {
            foreach (int osd in command.Osds)
            {
                editor.RemoveDeviceClass(osd);
            }
        });

    public static ChangeResult Rename(Draft draft, CrushRenameClass command) =>
        CrushEdit.Apply(draft, force: false, $"class '{command.DeviceClass}' is now '{command.NewName}'", editor => editor.RenameClass(command.DeviceClass, command.NewName));

    private static ChangeResult? Objection(Draft draft, IReadOnlyList<int> osds)
    {
        if (osds.Count == 0)
        {
            return ChangeResult.Invalid("name the OSDs");
        }

        int missing = osds.FirstOrDefault(osd => draft.Map.Osd(new OsdId(osd)) is null, -1);
        return missing < 0 ? null : ChangeResult.NotFound($"osd.{missing} does not exist");
    }

    private static string Name(IEnumerable<int> osds) => string.Join(", ", osds.Select(osd => $"osd.{osd}"));
}
