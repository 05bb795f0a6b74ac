namespace Cairn.Store.Devices;

/// <summary>Neighbouring units of a device.</summary>
internal readonly record struct UnitRun(int Start, int Count)
{
    public int End => Start + Count;
}
