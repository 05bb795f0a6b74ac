using Cairn.Maps;
using Cairn.Maps.Commands;
using Cairn.Messaging;
using Cairn.Messaging.Configuration;
using Cairn.Monitor.Feeds;
using Cairn.Monitor.Hosting;
using Cairn.Monitor.Raft;
using Cairn.Monitor.State.Applying;
using Cairn.Monitor.State.Wire;

namespace Cairn.Monitor.Service;

/// <summary>Administrative commands, as the leader takes them.</summary>
internal sealed class CommandCalls(Proposer proposer, StateFeed feed, CurrentSettings settings)
{
    public async Task<CommandResult> SubmitAsync(Command command, CancellationToken cancellationToken)
    {
        if (command.ConfigSet is { } set && Objection(set) is { } why)
        {
            return ChangeResult.Invalid(why).ToWire();
        }

        // The first leader makes the cluster at once: who asks before that waits for it.
        await feed.WaitForAsync(new Epoch(1), cancellationToken);
        ChangeResult result = await proposer.ProposeAsync(new Change { Command = settings.Current.Pools.Fill(command) }, cancellationToken);
        return result.ToWire();
    }

    // The table of options is the daemons', not the state's: checked before the option becomes part of the log.
    private static string? Objection(ConfigSet set)
    {
        if (set.Section is not ("global" or "mon" or "osd" or "client") && !EntityName.TryParse(set.Section, out _))
        {
            return $"'{set.Section}' is no section: expected global, mon, osd, client or one daemon's, such as osd.0";
        }

        if (KnownOptions.Find(set.Name) is not { } option)
        {
            return $"there is no option '{set.Name}'";
        }

        try
        {
            OptionValue.Check(option, set.Value);
            return null;
        }
        catch (FormatException e)
        {
            return $"{option.Name} = '{set.Value}': {e.Message}";
        }
    }
}
