namespace Cairn.Pg.Effects;

/// <summary>For whom data is read: the shell shares its disk between them by weight.</summary>
public enum ReadPurpose
{
    /// <summary>A client waits for it.</summary>
    Client,
    Recovery,
    Scrub,
}
