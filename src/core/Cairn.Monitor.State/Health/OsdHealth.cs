using System.Globalization;
using Cairn.Crush;
using Cairn.Maps;
using Cairn.Maps.Stats;

namespace Cairn.Monitor.State.Health;

/// <summary>OSDs down, full, slow or failing, and flags that hold the cluster back.</summary>
internal static class OsdHealth
{
    // Ceph's mon_osd_warn_num_repaired: a disk that often needs repair is about to fail.
    private const ulong ReadErrorsWarn = 10;

    private const OsdMapFlags WorthAWarning = OsdMapFlags.NoOut | OsdMapFlags.NoDown | OsdMapFlags.NoUp | OsdMapFlags.NoIn | OsdMapFlags.NoRecover
        | OsdMapFlags.NoBackfill | OsdMapFlags.NoRebalance | OsdMapFlags.NoScrub | OsdMapFlags.NoDeepScrub | OsdMapFlags.Pause | OsdMapFlags.Full;

    public static void Check(HealthInput input, HealthChecks checks)
    {
        CheckDown(input.Map, checks);
        CheckSpace(input, checks);
        CheckReports(input, checks);
        OsdMapFlags flags = input.Map.Flags & WorthAWarning;
        checks.AddIfAny(
            "OSDMAP_FLAGS",
            HealthSeverity.HealthWarn,
            [.. FlagNames.Of(flags)],
            _ => $"{FlagNames.Join(flags)} flag(s) set");
        int osds = input.Map.Osds.Count(o => o is { Destroyed: false });
        if (osds < input.PoolSizeDefault)
        {
            checks.Add("TOO_FEW_OSDS", HealthSeverity.HealthWarn, $"OSD count {osds} < osd_pool_default_size {input.PoolSizeDefault}", 1, []);
        }
    }

    // As in Ceph, an OSD that is out has been given up on: its absence is no news.
    private static void CheckDown(OsdMap map, HealthChecks checks)
    {
        List<string> down = [];
        for (int i = 0; i < map.Osds.Length; i++)
        {
            if (map.Osds[i] is { Up: false, In: true })
            {
                CrushTree tree = map.Crush.Tree;
                string place = string.Join(",", tree.LocationOf(i).Reverse().Select(l => l.ToString()));
                down.Add($"osd.{i} ({(place.Length > 0 ? place : "not in the CRUSH map")}) is down");
            }
        }

        checks.AddIfAny("OSD_DOWN", HealthSeverity.HealthWarn, down, n => $"{n} osds down");
    }

    private static void CheckSpace(HealthInput input, HealthChecks checks)
    {
        List<string> nearfull = [], backfillfull = [], full = [];
        foreach (OsdStat stat in input.Stats.Osds)
        {
            if (stat.CapacityBytes == 0 || !input.Map.IsUp(new OsdId(stat.Osd)))
            {
                continue;
            }

            double used = (double)(stat.CapacityBytes - Math.Min(stat.AvailableBytes, stat.CapacityBytes)) / stat.CapacityBytes;
            List<string>? list = used >= input.Map.FullRatio ? full
                : used >= input.Map.BackfillfullRatio ? backfillfull
                : used >= input.Map.NearfullRatio ? nearfull
                : null;
            list?.Add(string.Create(CultureInfo.InvariantCulture, $"osd.{stat.Osd} is {used:P0} full"));
        }

        checks.AddIfAny("OSD_FULL", HealthSeverity.HealthErr, full, n => $"{n} full osd(s)");
        checks.AddIfAny("OSD_BACKFILLFULL", HealthSeverity.HealthWarn, backfillfull, n => $"{n} backfillfull osd(s)");
        checks.AddIfAny("OSD_NEARFULL", HealthSeverity.HealthWarn, nearfull, n => $"{n} nearfull osd(s)");
    }

    private static void CheckReports(HealthInput input, HealthChecks checks)
    {
        OsdStat[] up = [.. input.Stats.Osds.Where(s => input.Map.IsUp(new OsdId(s.Osd)))];
        OsdStat[] slow = [.. up.Where(s => s.SlowOps > 0)];
        if (slow.Length > 0)
        {
            ulong oldest = slow.Max(s => s.OldestOpMs) / 1000;
            long ops = slow.Sum(s => (long)s.SlowOps);
            checks.Add(
                "SLOW_OPS",
                HealthSeverity.HealthWarn,
                $"{ops} slow ops, oldest one blocked for {oldest} sec, {string.Join(",", slow.Select(s => $"osd.{s.Osd}"))} have slow ops",
                (ulong)ops,
                [.. slow.Select(s => $"osd.{s.Osd}: {s.SlowOps} slow ops, oldest {s.OldestOpMs / 1000} sec")]);
        }

        checks.AddIfAny(
            "OSD_TOO_MANY_REPAIRS",
            HealthSeverity.HealthWarn,
            [.. up.Where(s => s.ReadErrors > ReadErrorsWarn).Select(s => $"osd.{s.Osd} had {s.ReadErrors} reads repaired")],
            n => $"too many repaired reads on {n} OSDs");
    }
}
