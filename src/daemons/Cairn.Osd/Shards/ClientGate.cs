using System.Collections.Immutable;
using System.Globalization;
using Cairn.Maps;
using Cairn.Maps.Auth;
using Cairn.Messaging;
using Cairn.Objects.Operations;

namespace Cairn.Osd.Shards;

/// <summary>Whether a client may have done what it asks for: the blocklist, and its capabilities, as the map has them.</summary>
internal sealed class ClientGate
{
    // Of the map's capabilities, parsed; those of the newest map alone.
    private readonly Dictionary<EntityName, OsdCaps> _caps = [];
    private ImmutableSortedDictionary<string, ClientCaps>? _auth;

    /// <returns>Null: it may.</returns>
    public OsdOpReply? Refusal(OsdMap map, EntityName client, OsdOp op)
    {
        if (client.Type != EntityType.Client)
        {
            return null;
        }

        if (!map.Blocklist.IsEmpty && IsBlocklisted(map, client, op.Id.Client))
        {
            return Refuse(op, OpStatus.Blocklisted, $"{client} is on the blocklist");
        }

        OsdCaps caps = CapsOf(map, client);
        Access needed = Needed(op);
        if (caps.AllowsEverywhere(needed) || !map.Pools.TryGetValue(op.Pg.Pool, out Pool? pool))
        {
            return null;
        }

        // A listing is not of one object; what it lists is of one namespace, or of all.
        string? ns = op.Object is { } target ? target.Namespace : op.Steps.Count > 0 && op.Steps[0] is ListObjectsOp list ? list.Namespace : null;
        // The wire lets an object be of another pool than its PG: no capability for a pool is one for that.
        return (op.Object is null || op.Object.Pool == op.Pg.Pool) && caps.Allows(needed, pool.Name, ns, op.Object?.Name)
            ? null
            : Refuse(op, OpStatus.PermissionDenied, $"{client} may not {Verb(needed)} there: its capability is osd '{ClientCaps.Of(map, client.ToString()).Osd}'");
    }

    private OsdCaps CapsOf(OsdMap map, EntityName client)
    {
        if (!ReferenceEquals(_auth, map.Auth))
        {
            _auth = map.Auth;
            _caps.Clear();
        }

        if (!_caps.TryGetValue(client, out OsdCaps? caps))
        {
            _caps[client] = caps = OsdCaps.Parse(ClientCaps.Of(map, client.ToString()).Osd);
        }

        return caps;
    }

    private static bool IsBlocklisted(OsdMap map, EntityName client, ulong incarnation)
    {
        string name = client.ToString();
        return map.Blocklist.ContainsKey(name) || map.Blocklist.ContainsKey($"{name}:{incarnation.ToString(CultureInfo.InvariantCulture)}");
    }

    private static Access Needed(OsdOp op)
    {
        Access needed = Access.None;
        for (int i = 0; i < op.Steps.Count; i++)
        {
            needed |= op.Steps[i].IsWrite ? Access.Write : Access.Read;
        }

        return needed;
    }

    private static string Verb(Access needed) => needed switch
    {
        Access.Read => "read",
        Access.Write => "write",
        _ => "read and write",
    };

    private static OsdOpReply Refuse(OsdOp op, OpStatus status, string message) => new(op.Id, status, default, [], message);
}
