using System.Diagnostics;
using System.Globalization;
using Cairn.Crush.Fuzz;

// --cases N --minutes M --seed S --first N; a failing case prints its number and is kept as a file. A case that takes too long ends the run.
long cases = 10_000_000;
double minutes = double.PositiveInfinity;
int seed = 1;
long first = 0;
for (int i = 0; i + 1 < args.Length; i += 2)
{
    switch (args[i])
    {
        case "--cases":
            cases = long.Parse(args[i + 1], CultureInfo.InvariantCulture);
            break;
        case "--minutes":
            minutes = double.Parse(args[i + 1], CultureInfo.InvariantCulture);
            break;
        case "--seed":
            seed = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
            break;
        case "--first":
            first = long.Parse(args[i + 1], CultureInfo.InvariantCulture);
            break;
        default:
            Console.Error.WriteLine($"there is no option {args[i]}: expected --cases N, --minutes M, --seed S, --first N");
            return 2;
    }
}

// Of processor time: the machine may be busy with others.
TimeSpan caseMax = TimeSpan.FromSeconds(60);
var run = new FuzzRun(seed);
long running = first;
long began = Environment.CpuUsage.TotalTime.Ticks;
long start = Stopwatch.GetTimestamp();
using var watchdog = new Timer(
    _ =>
    {
        if (Environment.CpuUsage.TotalTime.Ticks - Volatile.Read(ref began) > caseMax.Ticks)
        {
            Console.Error.WriteLine($"seed {seed} case {Volatile.Read(ref running)} hangs");
            Environment.Exit(1);
        }
    },
    null,
    TimeSpan.FromSeconds(5),
    TimeSpan.FromSeconds(5));

int failures = 0;
TimeSpan slowest = TimeSpan.Zero;
for (long number = first; number < first + cases && Stopwatch.GetElapsedTime(start).TotalMinutes < minutes && failures < 10; number++)
{
    Volatile.Write(ref running, number);
    Volatile.Write(ref began, Environment.CpuUsage.TotalTime.Ticks);
    try
    {
        run.Run(number);
    }
    catch (TrialException e)
    {
        failures++;
        string file = string.Create(CultureInfo.InvariantCulture, $"crush-fuzz-{seed}-{number}.bin");
        File.WriteAllBytes(file, run.Make(number).Bytes);
        Console.Error.WriteLine($"{e.Message}\nkept as {file}");
    }

    TimeSpan took = Environment.CpuUsage.TotalTime - TimeSpan.FromTicks(began);
    slowest = took > slowest ? took : slowest;
    if ((number + 1 - first) % 100_000 == 0)
    {
        Console.WriteLine(FormattableString.Invariant(
            $"{number + 1 - first} cases, {run.Taken} taken, {failures} failed, slowest {slowest.TotalMilliseconds:F0} ms, {Environment.WorkingSet >> 20} MiB, {Stopwatch.GetElapsedTime(start):hh\\:mm\\:ss}"));
    }
}

Console.WriteLine(FormattableString.Invariant($"{running + 1 - first} cases, {run.Taken} taken as maps, {failures} failed, slowest {slowest.TotalMilliseconds:F0} ms"));
return failures == 0 ? 0 : 1;
