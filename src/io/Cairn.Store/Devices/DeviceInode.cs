namespace Cairn.Store.Devices;

/// <summary>A file on a raw device, apart from its name.</summary>
internal sealed class DeviceInode
{
    private volatile UnitRun[] _runs = [];
    private volatile bool _hasChanged;

    public long Length { get; set; }

    /// <summary>Replaced when it grows, so that readers need no lock.</summary>
    public UnitRun[] Runs
    {
        get => _runs;
        set => _runs = value;
    }

    public int Units => _runs.Sum(static r => r.Count);

    /// <summary>Length or units are not in a durable directory.</summary>
    public bool HasChanged
    {
        get => _hasChanged;
        set => _hasChanged = value;
    }
}
