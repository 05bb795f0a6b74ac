using Cairn.Messaging.Configuration;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.Wire;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Cairn.Osd.Commands;

/// <summary>The options that the monitors keep for this OSD. They hold from its next start on.</summary>
internal static class CentralOptions
{
    /// <summary>Waits for monitors with a quorum: without one the OSD could not boot either.</summary>
    /// <exception cref="ConfigException">An option is unknown to this version.</exception>
    public static async Task<CairnConfig> ApplyAsync(CairnConfig config, MonitorSession monitors, ILogger logger, CancellationToken stopping)
    {
        var request = new GetConfigRequest { Entity = config.Entity.ToString() };
        while (true)
        {
            try
            {
                GetConfigReply reply = await monitors.CallAsync((client, options) => client.GetConfigAsync(request, options), stopping);
                return config.WithCentral(reply.Options.Select(static o => new KeyValuePair<string, string>(o.Name, o.Value)));
            }
            catch (MonitorException e) when (e.Status == StatusCode.Unavailable)
            {
                logger.WaitingForMonitors(e.Message);
            }
        }
    }
}
