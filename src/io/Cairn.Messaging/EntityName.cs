namespace Cairn.Messaging;

public enum EntityType : byte
{
    Client = 1,
    Osd = 2,
    Monitor = 3,
}

/// <summary>Who speaks: <c>client.admin</c>, <c>osd.3</c>, <c>mon.a</c>. The common name of its certificate.</summary>
public readonly record struct EntityName(EntityType Type, string Id)
{
    private const int IdCharsMax = 64;

    public static EntityName Osd(int id) => new(EntityType.Osd, id.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public static EntityName Monitor(string id) => new(EntityType.Monitor, id);

    public static EntityName Client(string id) => new(EntityType.Client, id);

    /// <summary>The section of the configuration that holds for all of its kind.</summary>
    public string TypeName => Type switch
    {
        EntityType.Osd => "osd",
        EntityType.Monitor => "mon",
        _ => "client",
    };

    public bool IsOsd => Type == EntityType.Osd;

    public override string ToString() => $"{TypeName}.{Id}";

    /// <exception cref="FormatException">Not of the form TYPE.ID.</exception>
    public static EntityName Parse(string text) => TryParse(text, out EntityName name)
        ? name
        : throw new FormatException($"'{text}' is no entity name: expected client.NAME, osd.NUMBER or mon.NAME");

    public static bool TryParse(string? text, out EntityName name)
    {
        name = default;
        int dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (dot <= 0)
        {
            return false;
        }

        string id = text![(dot + 1)..];
        EntityType? type = text[..dot] switch
        {
            "osd" => EntityType.Osd,
            "mon" => EntityType.Monitor,
            "client" => EntityType.Client,
            _ => null,
        };
        // An id becomes part of file names: nothing that could leave the folder.
        if (type is null || id.Length is 0 or > IdCharsMax || !id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            return false;
        }

        if (type == EntityType.Osd && !int.TryParse(id, System.Globalization.NumberStyles.None, null, out _))
        {
            return false;
        }

        name = new EntityName(type.Value, id);
        return true;
    }
}
