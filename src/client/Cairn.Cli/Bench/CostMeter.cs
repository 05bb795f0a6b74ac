using Cairn.Cli.Cluster;
using Cairn.Maps;
using Cairn.Maps.Stats;
using Cairn.Messaging;
using Cairn.Messaging.ControlPlane;
using Cairn.Messaging.Wire;
using Grpc.Core;

namespace Cairn.Cli.Bench;

/// <summary>Reads what every process of the cluster has used, before a run and after it. A daemon that does not answer is left out.</summary>
internal sealed class CostMeter(OsdMap map, OsdAdmins osds, Monitors monitors)
{
    private SortedDictionary<string, ProcessUsage> _before = [];

    public async Task BeginAsync(CancellationToken cancellationToken) => _before = await ReadAsync(cancellationToken);

    public async Task<IReadOnlyList<ProcessCost>> EndAsync(long operations, CancellationToken cancellationToken)
    {
        SortedDictionary<string, ProcessUsage> after = await ReadAsync(cancellationToken);
        // One that was started anew meanwhile has used less than before: its cost is not known.
        return
        [
            .. after.Where(a => _before.TryGetValue(a.Key, out ProcessUsage? before) && before.CpuUs <= a.Value.CpuUs)
                .Select(a => ProcessCost.Between(a.Key, _before[a.Key], a.Value, operations)),
        ];
    }

    private async Task<SortedDictionary<string, ProcessUsage>> ReadAsync(CancellationToken cancellationToken)
    {
        SortedDictionary<string, ProcessUsage> usages = new(StringComparer.Ordinal) { ["client"] = ProcessUsages.Now() };
        foreach (OsdId osd in Enumerable.Range(0, map.Osds.Length).Select(static i => new OsdId(i)).Where(o => map.Osd(o) is { Up: true }))
        {
            await TryAddAsync(usages, async () =>
            {
                OsdStatusReply status = await osds.Of(map, osd).OsdStatusAsync(new OsdStatusRequest(), deadline: OsdAdmins.Deadline, cancellationToken: cancellationToken);
                return (osd.ToString(), status.Usage);
            });
        }

        foreach (HostPort address in monitors.Addresses)
        {
            await TryAddAsync(usages, async () =>
            {
                ProbeReply probe = await monitors.Client(address).ProbeAsync(new ProbeRequest(), deadline: OsdAdmins.Deadline, cancellationToken: cancellationToken);
                return ($"mon.{probe.Name}", probe.Usage);
            });
        }

        return usages;
    }

    private static async Task TryAddAsync(SortedDictionary<string, ProcessUsage> usages, Func<Task<(string Name, ProcessUsage? Usage)>> ask)
    {
        try
        {
            if (await ask() is (var name, { } usage))
            {
                usages[name] = usage;
            }
        }
        catch (RpcException)
        {
            // It is down, hangs or is on its way out, in whatever words: the run goes on without its figures.
        }
    }
}
