namespace Cairn.Monitor.State;

/// <summary>Weights as CRUSH and the map keep them: 16.16 fixed point.</summary>
public static class FixedPoint
{
    private const double One = 0x10000;

    /// <summary>Rounded to nearest; the caller has checked the range.</summary>
    public static uint From(double value) => (uint)Math.Clamp(Math.Round(value * One), 0, uint.MaxValue);

    public static double ToDouble(uint value) => value / One;
}
