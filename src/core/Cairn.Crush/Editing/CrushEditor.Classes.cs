using System.Collections.Immutable;

namespace Cairn.Crush;

public sealed partial class CrushEditor
{
    /// <summary>Sets the class of a device. <c>osd crush set-device-class</c>.</summary>
    /// <exception cref="CrushException">No such device, a bad name, or it has another class: that must be removed first.</exception>
    public void SetDeviceClass(int osd, string deviceClass)
    {
        CrushDevice device = RequireDevice(osd);
        if (!IsValidName(deviceClass))
        {
            throw new CrushException($"'{deviceClass}' is not a valid class name: use letters, digits, '-', '_' and '.'");
        }

        if (device.Class is not null && device.Class != deviceClass)
        {
            throw new CrushException($"{device.Name} has already bound to class '{device.Class}', can not reset class to '{deviceClass}'");
        }

        if (FindClass(deviceClass) is null)
        {
            _classes = _classes.Add(_classes.IsEmpty ? 0 : _classes.Keys.Max() + 1, deviceClass);
        }

        _devices = _devices.SetItem(osd, device with { Class = deviceClass });
        _current = null;
        RebuildShadows();
    }

    /// <summary>Takes the class of a device away. <c>osd crush rm-device-class</c>.</summary>
    /// <exception cref="CrushException">No such device, or it is the last of a class that a rule takes.</exception>
    public void RemoveDeviceClass(int osd)
    {
        CrushDevice device = RequireDevice(osd);
        if (device.Class is null)
        {
            return;
        }

        if (_devices.Values.Count(d => d.Class == device.Class) == 1 && FindClass(device.Class) is int id && RuleTaking(id) is CrushRule rule)
        {
            throw new CrushException($"class '{device.Class}' still has rule '{rule.Name}'");
        }

        _devices = _devices.SetItem(osd, device with { Class = null });
        _current = null;
        RebuildShadows();
    }

    /// <summary>Gives a class another name; devices and rules follow. <c>osd crush class rename</c>.</summary>
    public void RenameClass(string from, string to)
    {
        int id = FindClass(from) ?? throw new CrushException($"device class '{from}' does not exist");
        if (!IsValidName(to) || FindClass(to) is not null)
        {
            throw new CrushException($"'{to}' is not a valid class name, or is taken");
        }

        _classes = _classes.SetItem(id, to);
        foreach (CrushDevice device in _devices.Values.Where(d => d.Class == from))
        {
            _devices = _devices.SetItem(device.Id, device with { Class = to });
        }

        foreach ((ShadowKey key, int shadow) in _shadows.Where(s => s.Key.Class == id))
        {
            Put(_buckets[shadow] with { Name = ShadowName(_buckets[key.Bucket].Name, id) });
        }

        _current = null;
    }

    private CrushDevice RequireDevice(int osd) =>
        _devices.TryGetValue(osd, out CrushDevice? device) ? device : throw new CrushException($"osd.{osd} is not in the CRUSH map");

    private int? FindClass(string name)
    {
        foreach ((int id, string className) in _classes)
        {
            if (className == name)
            {
                return id;
            }
        }

        return null;
    }

    private CrushRule? RuleTaking(int classId) =>
        _rules.Values.FirstOrDefault(r => r.Steps.Any(s => s.Op == CrushOp.Take && _shadows.Any(p => p.Key.Class == classId && p.Value == s.Arg1)));

    private void RebuildShadows()
    {
        if (_classes.IsEmpty)
        {
            return;
        }

        // A class without devices and rules is forgotten, as Ceph does before it makes the shadows anew.
        foreach ((int id, string name) in _classes)
        {
            if (!_devices.Values.Any(d => d.Class == name) && RuleTaking(id) is null)
            {
                _classes = _classes.Remove(id);
                _current = null;
            }
        }

        CrushMap map = ToMap();
        CrushMap rebuilt = ShadowTrees.Rebuild(map);
        _buckets = rebuilt.Buckets;
        _shadows = rebuilt.Shadows;
        _chooseArgs = rebuilt.ChooseArgs;
        _current = rebuilt;
    }
}
