using System.Diagnostics;

namespace Cairn.Store.Tests.Faults;

/// <summary>A data directory, and beside it a file that stands for a device, or is behind a loop device where we may have one.</summary>
internal sealed class DevicePlace : IDisposable
{
    private readonly string _root = System.IO.Directory.CreateTempSubdirectory("cairn-device-").FullName;
    private readonly string? _loop;

    public DevicePlace(long bytes, bool loop = false)
    {
        string file = Path.Combine(_root, "disk");
        using (FileStream stream = File.Create(file))
        {
            stream.SetLength(bytes);
        }

        _loop = loop ? Attach(file) : null;
        Device = _loop ?? file;
    }

    public string Device { get; }

    public string Directory => Path.Combine(_root, "osd");

    public StoreOptions Options => TemporaryStore.Small with { BlockDevice = Device };

    public void Dispose()
    {
        if (_loop is not null)
        {
            Losetup("-d", _loop);
        }

        System.IO.Directory.Delete(_root, recursive: true);
    }

    private static string? Attach(string file)
    {
        if (Losetup("-f", "--show", file) is not { Length: > 0 } device)
        {
            return null;
        }

        try
        {
            using FileStream opened = new(device, FileMode.Open, FileAccess.ReadWrite);
            return device;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Losetup("-d", device);
            return null;
        }
    }

    /// <returns>What it printed; null if it is not there or may not.</returns>
    private static string? Losetup(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("losetup", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output.Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
