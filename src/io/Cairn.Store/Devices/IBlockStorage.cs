namespace Cairn.Store.Devices;

/// <summary>
/// The files one store lives in. The one seam below the engine: the real one is a directory, the tests put a disk behind it that
/// loses power, fails and lies.
/// </summary>
/// <remarks>Names are relative, with '/' between parts. What <see cref="IBlockFile.Sync"/> and <see cref="SyncDirectory"/> did not cover may be lost with power.</remarks>
internal interface IBlockStorage : IDisposable
{
    /// <summary>
    /// All files are on one device: <see cref="IBlockFile.Sync"/> of any makes durable what was written to every one
    /// whose length and place a <see cref="SyncDirectory"/> covers.
    /// </summary>
    bool SyncsAsOne => false;

    bool Exists(string name);

    /// <summary>Opens for reading and writing.</summary>
    /// <exception cref="FileNotFoundException">It is not there and <paramref name="create"/> is false.</exception>
    IBlockFile Open(string name, bool create);

    void Delete(string name);

    /// <summary>Atomic; replaces <paramref name="to"/>.</summary>
    void Rename(string from, string to);

    /// <summary>Names of the files in a directory, without the directory, sorted.</summary>
    IReadOnlyList<string> List(string directory);

    /// <summary>Makes creations, renames and deletions in the directory durable.</summary>
    void SyncDirectory(string directory);
}
