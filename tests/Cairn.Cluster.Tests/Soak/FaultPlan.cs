using System.Diagnostics;
using Cairn.Cluster.Tests.Harness;
using Cairn.Simulation.Chance;

namespace Cairn.Cluster.Tests.Soak;

/// <summary>Strikes daemons one after another, and makes good what it did after a while: at most a few at a time, chosen from a seed.</summary>
public sealed class FaultPlan(TestCluster cluster, SeededRandom random, int mons, int osds, Action<string> log)
{
    private const int AtATimeMax = 3;

    private readonly SortedSet<string> _struck = new(StringComparer.Ordinal);
    private readonly List<(TimeSpan At, string What, Func<Task> Heal)> _heals = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Strikes until the time is over, then heals everything.</summary>
    public async Task RunAsync(TimeSpan howLong, TimeSpan meanGap)
    {
        TimeSpan end = _clock.Elapsed + howLong;
        TimeSpan next = _clock.Elapsed + Gap(meanGap);
        while (_clock.Elapsed < end)
        {
            await HealDueAsync(_clock.Elapsed);
            if (_clock.Elapsed >= next)
            {
                await StrikeAsync();
                next = _clock.Elapsed + Gap(meanGap);
            }

            TimeSpan idle = _heals.Select(static h => h.At).Append(next).Append(end).Min() - _clock.Elapsed;
            if (idle > TimeSpan.Zero)
            {
                await Task.Delay(idle);
            }
        }

        await HealDueAsync(TimeSpan.MaxValue);
        // Whoever ended of its own accord meanwhile (an OSD that slept through too many epochs) is started as systemd would.
        await cluster.DevAsync("start", "all");
    }

    private async Task StrikeAsync()
    {
        if (_struck.Count >= AtATimeMax || _struck.Contains("all"))
        {
            return;
        }

        switch (random.Below(16))
        {
            case < 4:
                await KillAsync([Osd()], MaxAwayMs(12_000));
                break;
            case < 6:
                await KillAsync([Osd(), Osd()], MaxAwayMs(8_000));
                break;
            case 6:
                await KillAsync([.. Enumerable.Range(0, osds).Select(i => $"osd.{i}")], MaxAwayMs(3_000));
                break;
            case 7:
                await KillAsync(["all"], MaxAwayMs(3_000));
                break;
            case < 11:
                await FreezeAsync(Osd(), MaxAwayMs(12_000));
                break;
            case 11:
                await FreezeAsync(Mon(), MaxAwayMs(5_000));
                break;
            case 12:
                await KillAsync([Mon()], MaxAwayMs(8_000));
                break;
            case 13:
                await StopAsync(Osd(), MaxAwayMs(5_000));
                break;
            default:
                await OutAsync(Osd(), MaxAwayMs(15_000));
                break;
        }
    }

    private Task KillAsync(IReadOnlyList<string> victims, long awayMs) => AfflictAsync(
        victims,
        awayMs,
        "kill",
        names => cluster.DevAsync("kill", [.. names]),
        names => StartAsync(names));

    private Task StopAsync(string victim, long awayMs) => AfflictAsync(
        [victim],
        awayMs,
        "stop",
        names => cluster.DevAsync("stop", [.. names]),
        names => StartAsync(names));

    private Task FreezeAsync(string victim, long awayMs) => AfflictAsync(
        [victim],
        awayMs,
        "freeze",
        names => cluster.DevAsync("freeze", [.. names]),
        // A daemon that was killed with all the others meanwhile is started, not thawed.
        async names => await cluster.TryCairnAsync(["dev", "thaw", .. names, "--dir", cluster.Folder]));

    private Task OutAsync(string victim, long awayMs) => AfflictAsync(
        [victim],
        awayMs,
        "out",
        names => cluster.TryCairnAsync(["osd", "out", .. names]),
        names => cluster.TryCairnAsync(["osd", "in", .. names]));

    private Task StartAsync(IEnumerable<string> names) => cluster.CairnAsync(["dev", "start", .. names, "--no-wait", "--dir", cluster.Folder]);

    private async Task AfflictAsync(
        IReadOnlyList<string> victims, long awayMs, string verb, Func<IReadOnlyList<string>, Task> strike, Func<IReadOnlyList<string>, Task> heal)
    {
        string[] fresh = [.. victims.Distinct().Where(v => !_struck.Contains(v))];
        bool takesAll = fresh.Length > 2 || fresh.Contains("all");
        if (fresh.Length == 0 || (takesAll && _struck.Count > 0))
        {
            return;
        }

        _struck.UnionWith(fresh);
        string what = $"{verb} {string.Join(' ', fresh)}";
        log($"{what} for {awayMs} ms");
        await strike(fresh);
        _heals.Add((_clock.Elapsed + TimeSpan.FromMilliseconds(awayMs), what, async () =>
        {
            await heal(fresh);
            _struck.ExceptWith(fresh);
        }));
    }

    private async Task HealDueAsync(TimeSpan now)
    {
        foreach ((TimeSpan At, string What, Func<Task> Heal) due in _heals.Where(h => h.At <= now).OrderBy(static h => h.At).ToList())
        {
            log($"end of: {due.What}");
            await due.Heal();
            _heals.Remove(due);
        }
    }

    private string Osd() => $"osd.{random.Below(osds)}";

    private string Mon() => $"mon.{(char)('a' + random.Below(mons))}";

    // Mostly short: what comes back before it is missed takes other paths than what comes back late.
    private long MaxAwayMs(long max) => random.Chance(0.4) ? random.Between(100, 1_500) : random.Between(100, max);

    private TimeSpan Gap(TimeSpan mean) => mean * (0.2 + (1.6 * random.Between(0, 1000) / 1000.0));
}
