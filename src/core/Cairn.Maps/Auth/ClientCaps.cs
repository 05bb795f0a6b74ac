namespace Cairn.Maps.Auth;

/// <summary>What one client may do, as the administrator wrote it: <c>mon 'allow r' osd 'allow rw pool=x'</c>.</summary>
/// <remarks>
/// They are part of the OSDMap: OSDs know them without asking anyone, and a capability taken away holds from an epoch on, like a ban.
/// Who a client is, its certificate proves; daemons need no capabilities. Source: Ceph documentation, "User management".
/// </remarks>
/// <param name="Mon">Empty: nothing.</param>
/// <param name="Osd">Empty: nothing.</param>
public sealed record ClientCaps(string Mon, string Osd)
{
    /// <summary>Gives others their capabilities. It has all of them, unless the map says otherwise.</summary>
    public const string Administrator = "client.admin";

    private const string Everything = "allow *";

    public static ClientCaps None { get; } = new("", "");

    private static ClientCaps All { get; } = new(Everything, Everything);

    /// <summary>What holds for a client: an entity that the map does not name has nothing, except the administrator.</summary>
    public static ClientCaps Of(OsdMap map, string entity) =>
        map.Auth.TryGetValue(entity, out ClientCaps? caps) ? caps : entity == Administrator ? All : None;
}
