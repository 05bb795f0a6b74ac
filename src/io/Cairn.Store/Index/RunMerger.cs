using Cairn.Store.Devices;

namespace Cairn.Store.Index;

/// <summary>Reads several runs as one, in key order; where a key is in more than one, the newest counts.</summary>
internal sealed class RunMerger : IDisposable
{
    /// <summary>Oldest first. The heads not yet consumed.</summary>
    private readonly List<RunReader> _readers = [];
    private readonly List<RunReader> _consumed = [];
    private RunReader? _current;

    public RunMerger(IBlockStorage storage, IEnumerable<IndexRun> runs)
    {
        foreach (IndexRun run in runs)
        {
            var reader = new RunReader(storage, run);
            _readers.Add(reader);
            _consumed.Add(reader);
        }
    }

    public IndexKey Key => _current!.Key;

    public bool Removed => _current!.Removed;

    public ReadOnlySpan<byte> Value => _current!.Value;

    public bool Next()
    {
        foreach (RunReader reader in _consumed)
        {
            if (!reader.Next())
            {
                _readers.Remove(reader);
                reader.Dispose();
            }
        }

        _consumed.Clear();
        _current = null;
        foreach (RunReader reader in _readers)
        {
            int order = _current is null ? -1 : reader.Key.CompareTo(_current.Key);
            if (order < 0)
            {
                _consumed.Clear();
            }

            if (order <= 0)
            {
                _current = reader; // Equal: the later reader is the newer run.
                _consumed.Add(reader);
            }
        }

        return _current is not null;
    }

    public void Dispose()
    {
        foreach (RunReader reader in _readers)
        {
            reader.Dispose();
        }
    }
}
