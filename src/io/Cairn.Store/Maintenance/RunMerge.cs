using Cairn.Store.Engine;
using Cairn.Store.Index;
using Cairn.Store.Layout;

namespace Cairn.Store.Maintenance;

/// <summary>
/// Merges runs when they are many, a step at a time: of ten million objects it takes many seconds, and writers would soon wait for the
/// thread that does it. The manifest names the merged run when it is whole, in place of those it was made of; newer ones may have come behind.
/// </summary>
internal sealed class RunMerge(EngineContext engine, RunNumbers numbers) : IDisposable
{
    /// <summary>A run is merged with the newer ones once they are half its size: each record is rewritten a logarithmic number of times.</summary>
    private const int MergeRatio = 2;

    /// <summary>Written before others have their turn. A fourth of a small merge, so that small stores have what large ones have: checkpoints in between.</summary>
    private const long EntriesPerStep = 64 << 10;
    private const int StepsMin = 4;

    private List<IndexRun> _inputs = [];
    private bool _hasOldest;
    private RunMerger? _reader;
    private RunWriter? _writer;

    public long BytesWritten { get; private set; }

    public bool IsUnderWay => _reader is not null;

    /// <summary>Begins if there is a reason to, or goes on.</summary>
    public void Step()
    {
        if (_reader is null && !Begin())
        {
            return;
        }

        long entries = Math.Clamp(_inputs.Sum(static run => run.Entries) / StepsMin, 1, EntriesPerStep);
        for (long i = 0; i < entries; i++)
        {
            if (!_reader!.Next())
            {
                End();
                return;
            }

            // Below the oldest run there is nothing that a removal would have to hide.
            if (!_reader.Removed || !_hasOldest)
            {
                _writer!.Add(_reader.Key, _reader.Value, _reader.Removed);
                _writer.WriteFullBlocks();
            }
        }
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _writer?.Dispose();
        _reader = null;
        _writer = null;
    }

    private bool Begin()
    {
        IReadOnlyList<IndexRun> runs = engine.Manifest.Runs;
        int first = runs.Count - 1;
        long newer = 0;
        for (int i = runs.Count - 1; i >= 0; i--)
        {
            if (runs[i].Bytes <= newer * MergeRatio)
            {
                first = i;
            }

            newer += runs[i].Bytes;
        }

        if (first >= runs.Count - 1)
        {
            return false;
        }

        _inputs = [.. runs.Skip(first)];
        _hasOldest = first == 0;
        _reader = new RunMerger(engine.Storage, _inputs);
        _writer = new RunWriter(engine.Storage, numbers.Next());
        return true;
    }

    private void End()
    {
        IndexRun merged = _writer!.Finish();
        Dispose();
        BytesWritten += merged.Bytes;
        Manifest old = engine.Manifest;
        int first = old.Runs.TakeWhile(run => run.Id != _inputs[0].Id).Count();
        IEnumerable<IndexRun> behind = old.Runs.Skip(first + _inputs.Count);
        engine.Publish(old with { NextRun = numbers.Free, Runs = [.. old.Runs.Take(first), merged, .. behind] });
        _inputs.ForEach(run => engine.Storage.Delete(RunFormat.NameOf(run.Id)));
    }
}
