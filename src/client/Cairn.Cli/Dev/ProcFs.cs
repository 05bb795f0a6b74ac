using System.Globalization;

namespace Cairn.Cli.Dev;

/// <summary>What the kernel tells of a process.</summary>
internal readonly record struct ProcFs(char State, ulong StartTicks, double CpuSeconds, long ResidentBytes)
{
    // USER_HZ and the page size: the same on every Linux that .NET runs on (x64, and arm64 with 4 KiB pages).
    private const double TicksPerSecond = 100;

    /// <summary>Not when it is a zombie: then it is dead, and its parent did not ask yet.</summary>
    public bool IsRunning => State is not ('Z' or 'X');

    public static ProcFs? Read(int pid)
    {
        if (pid <= 0)
        {
            return null;
        }

        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            // The second field, the name in parentheses, may itself hold spaces and parentheses.
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            ulong Field(int number) => ulong.Parse(fields[number - 3], CultureInfo.InvariantCulture);
            return new ProcFs(fields[0][0], Field(22), (Field(14) + Field(15)) / TicksPerSecond, (long)Field(24) * Environment.SystemPageSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
