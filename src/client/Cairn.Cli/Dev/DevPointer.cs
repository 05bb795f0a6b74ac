namespace Cairn.Cli.Dev;

/// <summary>Where `cairn` finds the dev cluster of this user: one small file with the path of its folder.</summary>
internal static class DevPointer
{
    private static string PointerPath
    {
        get
        {
            string? runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
            string folder = string.IsNullOrEmpty(runtime) || !Directory.Exists(runtime)
                ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache")
                : runtime;
            return Path.Combine(folder, "cairn", "dev");
        }
    }

    /// <summary>The cluster pointed at, if any of its daemons lives.</summary>
    public static DevCluster? FindRunning() => Find() is { } cluster && cluster.Daemons.Any(d => d.IsAlive) ? cluster : null;

    public static DevCluster? Find()
    {
        try
        {
            return DevCluster.TryLoad(File.ReadAllText(PointerPath).Trim());
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public static void Write(DevCluster cluster)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PointerPath)!);
        File.WriteAllText(PointerPath, cluster.Folder + "\n");
    }

    public static void RemoveIfFor(DevCluster cluster)
    {
        if (Find()?.Folder == cluster.Folder)
        {
            File.Delete(PointerPath);
        }
    }
}
