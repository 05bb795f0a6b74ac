using System.Collections.Immutable;
using Cairn.Messaging.Configuration;
using Cairn.Monitor.Feeds;
using Cairn.Monitor.State;
using Microsoft.Extensions.Logging;

namespace Cairn.Monitor.Hosting;

/// <summary>This monitor's settings as the central options have them now. Where it listens and keeps its data stays as it was at the start.</summary>
internal sealed class CurrentSettings(CairnConfig config, MonitorSettings atStart, StateFeed feed, ILogger<CurrentSettings> logger)
{
    private volatile Held _held = new(ImmutableSortedDictionary<ConfigKey, string>.Empty, atStart);

    public MonitorSettings Current
    {
        get
        {
            Held held = _held;
            ImmutableSortedDictionary<ConfigKey, string> central = feed.State.Config;
            if (!ReferenceEquals(central, held.Central))
            {
                _held = held = new Held(central, Read(central) ?? held.Settings);
            }

            return held.Settings;
        }
    }

    private MonitorSettings? Read(ImmutableSortedDictionary<ConfigKey, string> central)
    {
        try
        {
            return MonitorSettings.From(config.WithCentral(
                CentralOptions.For(central, config.Entity.ToString()).Select(static o => new KeyValuePair<string, string>(o.Key.Name, o.Value))));
        }
        catch (ConfigException e)
        {
            // Options are checked before they are taken; these come from another version.
            MonitorLog.CentralOptionsIgnored(logger, e.Message);
            return null;
        }
    }

    private sealed record Held(ImmutableSortedDictionary<ConfigKey, string> Central, MonitorSettings Settings);
}
