using System.Text.RegularExpressions;
using Cairn.Maps.Auth;
using Cairn.Maps.Commands;
using Cairn.Monitor.State.Applying;

namespace Cairn.Monitor.State.Commands;

/// <summary>Who may come in, and what they may do. Certificates are issued apart, by the CA: a certificate without an entry here opens nothing.</summary>
internal static partial class AuthCommands
{
    // They travel with every full map.
    private const int ClientsMax = 10_000;
    private const int CapsCharsMax = 1024;

    public static ChangeResult Add(Draft draft, AuthAdd command)
    {
        ClientCaps wanted = Read(command.Caps);
        if (Objection(command.Entity, wanted) is { } why)
        {
            return why;
        }

        if (draft.Map.Auth.TryGetValue(command.Entity, out ClientCaps? had))
        {
            return had == wanted
                ? ChangeResult.Ok($"{command.Entity} is there")
                : ChangeResult.Exists($"{command.Entity} exists with other capabilities: change them with auth caps");
        }

        return draft.Map.Auth.Count >= ClientsMax ? ChangeResult.Refused($"there are {ClientsMax} clients already") : Store(draft, command.Entity, wanted, "added");
    }

    public static ChangeResult SetCaps(Draft draft, AuthCaps command)
    {
        ClientCaps wanted = Read(command.Caps);
        return Objection(command.Entity, wanted)
            ?? (draft.Map.Auth.ContainsKey(command.Entity) || command.Entity == ClientCaps.Administrator
                ? Store(draft, command.Entity, wanted, "has new capabilities")
                : ChangeResult.NotFound($"there is no {command.Entity}: add it first"));
    }

    public static ChangeResult Remove(Draft draft, AuthRemove command)
    {
        if (command.Entity == ClientCaps.Administrator)
        {
            return ChangeResult.Refused($"{command.Entity} can't be removed: nobody could give capabilities any more");
        }

        bool found = draft.Map.Auth.ContainsKey(command.Entity);
        draft.Map = draft.Map with { Auth = draft.Map.Auth.Remove(command.Entity) };
        return ChangeResult.Ok(found ? $"{command.Entity} removed" : $"there is no {command.Entity}");
    }

    private static ChangeResult? Objection(string entity, ClientCaps caps)
    {
        if (!ClientName().IsMatch(entity))
        {
            return ChangeResult.Invalid($"'{entity}' is no client: expected client.NAME, with letters, digits, '-' and '_'");
        }

        if (caps.Mon.Length > CapsCharsMax || caps.Osd.Length > CapsCharsMax)
        {
            return ChangeResult.Invalid($"capabilities have at most {CapsCharsMax} characters");
        }

        if (!MonCaps.TryParse(caps.Mon, out MonCaps mon, out string error))
        {
            return ChangeResult.Invalid($"mon '{caps.Mon}': {error}");
        }

        if (!OsdCaps.TryParse(caps.Osd, out _, out error))
        {
            return ChangeResult.Invalid($"osd '{caps.Osd}': {error}");
        }

        return entity == ClientCaps.Administrator && !mon.Allows(Access.All)
            ? ChangeResult.Refused($"{entity} needs mon 'allow *': nobody could give capabilities any more")
            : null;
    }

    private static ChangeResult Store(Draft draft, string entity, ClientCaps caps, string done)
    {
        draft.Map = draft.Map with { Auth = draft.Map.Auth.SetItem(entity, caps) };
        return ChangeResult.Ok($"{entity} {done}");
    }

    private static ClientCaps Read(Capabilities? caps) => new(caps?.Mon.Trim() ?? "", caps?.Osd.Trim() ?? "");

    [GeneratedRegex("^client\\.[A-Za-z0-9_-]{1,64}\\z")]
    private static partial Regex ClientName();
}
