using System.Runtime.InteropServices;

namespace Cairn.Cli.Dev;

/// <summary>Signals by their numbers on Linux.</summary>
internal static partial class Signal
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>Sends it if the daemon lives; says whether it did.</summary>
    public static bool Send(DevDaemon daemon, int signal) => daemon.IsAlive && SendSignal(daemon.Pid, signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}
