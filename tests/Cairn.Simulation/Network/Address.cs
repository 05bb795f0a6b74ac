using Cairn.Maps;

namespace Cairn.Simulation.Network;

public enum Role : byte
{
    Monitor,
    Osd,
    Client,
}

/// <summary>Who takes part in the simulated network.</summary>
public readonly record struct Address(Role Role, int Number)
{
    public static Address Monitor => new(Role.Monitor, 0);

    public static Address Of(OsdId osd) => new(Role.Osd, osd.Value);

    public static Address Client(int number) => new(Role.Client, number);

    public OsdId Osd => new(Number);

    public override string ToString() => Role switch
    {
        Role.Monitor => "mon",
        Role.Osd => $"osd.{Number}",
        _ => $"client.{Number}",
    };
}
